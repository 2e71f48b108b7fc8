import type { LastOptions, Lifecycle } from '@seaworthy/shutdown'
import { parseSize, type Size } from '@seaworthy/middleware'
import type { ServeOptions } from '@seaworthy/server'
import type { TelemetryOptions } from '@seaworthy/telemetry'
import type { ServiceOptions } from './service-options.ts'

type Reader = NonNullable<NonNullable<TelemetryOptions['metrics']>['readers']>[number]

/** The options of telemetry, with one more reader of metrics beside those that are there. */
export function withReader(options: TelemetryOptions, reader: Reader | undefined): TelemetryOptions {
  if (reader === undefined) return options
  return { ...options, metrics: { ...options.metrics, readers: [...(options.metrics?.readers ?? []), reader] } }
}

/** The life cycle waits for the last export as long as telemetry itself does. */
export function flushTimeout({ telemetry }: Pick<ServiceOptions, 'telemetry'>): LastOptions {
  if (typeof telemetry !== 'object' || !('shutdownTimeout' in telemetry)) return {}
  return telemetry.shutdownTimeout === undefined ? {} : { timeout: telemetry.shutdownTimeout }
}

/** The settings of the server: with the life cycle, and with room for bodies that the service accepts. */
export function serveSettings(
  server: Omit<ServeOptions, 'lifecycle'>,
  bodyLimit: ServiceOptions['bodyLimit'],
  lifecycle: Lifecycle | undefined,
): ServeOptions {
  return { ...roomFor(bodyLimit), ...server, ...(lifecycle && { lifecycle }) }
}

/** The server's own limit is for all routes: a lower one of the service is left to its middleware, which logs. */
function roomFor(bodyLimit: ServiceOptions['bodyLimit']): { maxBodyBytes?: Size } {
  if (typeof bodyLimit !== 'string' && typeof bodyLimit !== 'number') return {}
  return { maxBodyBytes: Math.max(parseSize(bodyLimit), parseSize('1MiB')) }
}
