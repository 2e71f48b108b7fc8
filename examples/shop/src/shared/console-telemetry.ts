import { log, logDiag } from '@seaworthy/log'
import type { OnError } from '@seaworthy/telemetry'

/** At once, so that a request is seen when it was made. */
const soon = { OTEL_BSP_SCHEDULE_DELAY: '250', OTEL_BLRP_SCHEDULE_DELAY: '250', OTEL_METRIC_EXPORT_INTERVAL: '5000' }
const nowhere = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }
const isDestination = /^OTEL_(?:EXPORTER_OTLP_(?:\w+_)?ENDPOINT|(?:TRACES|METRICS|LOGS)_EXPORTER)$/

/**
 * Sends the telemetry of this process to the console of another one, or nowhere when it has its own. Where the
 * environment says where telemetry goes, that holds, and nothing changes.
 *
 * @returns What `startTelemetry` tells its news to.
 */
export function telemetryForConsole(of: { readonly url: string } | 'own'): OnError {
  const isTold = Object.entries(process.env).some(([name, value]) => isDestination.test(name) && value?.trim())
  if (isTold) return logDiag(log)
  const settings = of === 'own' ? nowhere : { OTEL_EXPORTER_OTLP_ENDPOINT: of.url, ...soon }
  for (const [name, value] of Object.entries(settings)) process.env[name] ||= value
  return of === 'own' ? logDiag(log) : calmly(of.url)
}

/** The console comes and goes with the service that has it: that is told once, and not while both are starting. */
function calmly(url: string): OnError {
  let told = false
  return ({ level, message, fields }) => {
    if (!/^Telemetry (?:cannot be|is) exported/.test(message)) return log[level](message, fields)
    if (told || level !== 'warn' || process.uptime() < 20) return
    told = true
    log.info(`There is no console at ${url}: this service is shown there when there is one.`)
  }
}
