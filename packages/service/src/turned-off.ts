import { isDevelopment } from '@seaworthy/middleware'
import type { ServiceOptions } from './service-options.ts'
import { isInstance } from './setting.ts'

/** Whether telemetry is neither left out nor handed over. */
export function startsTelemetry({ telemetry }: ServiceOptions): boolean {
  return telemetry !== false && !isInstance(telemetry)
}

/** What is not always there. */
type Optional = 'prometheus' | 'runtimeMetrics' | 'debug' | 'console'

/** What is left out: for want of telemetry, or as nobody said who may see what it shows. */
export function turnedOff(options: ServiceOptions): Partial<Record<Optional, false>> {
  const { prometheus, runtimeMetrics, debug, console: page } = options
  const alone = !startsTelemetry(options)
  return {
    // Without telemetry of its own there is nothing to show, and two sources would count a process twice.
    ...(alone && prometheus === undefined && { prometheus: false }),
    ...(alone && runtimeMetrics === undefined && { runtimeMetrics: false }),
    ...(alone && page === undefined && { console: false }),
    ...(!isDebugOn(debug) && { debug: false }),
    ...(!isConsoleOn(page) && { console: false }),
  }
}

function isDebugOn(debug: ServiceOptions['debug'] = {}): boolean {
  return typeof debug !== 'object' || isDevelopment() || debug.authorize !== undefined
}

function isConsoleOn(page: ServiceOptions['console'] = {}): boolean {
  if (typeof page !== 'object') return true
  return page.enabled ?? (isDevelopment() || page.authorize !== undefined)
}
