import type { LastOptions, Lifecycle } from '@seaworthy/shutdown'
import { parseSize, type Size } from '@seaworthy/middleware'
import type { ServeOptions } from '@seaworthy/server'
import type { ServiceDescription } from '@seaworthy/telemetry'
import type { ServiceOptions } from './service-options.ts'

/** What telemetry says of the service. */
export function identity({ name, version }: Pick<ServiceOptions, 'name' | 'version'>): ServiceDescription {
  return { name, ...(version !== undefined && { version }) }
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
