import type { DebugLogState, DebugView } from './api-debug.ts'
import type { ConfigView, RouteEntry, RouteView } from './api-service.ts'
import type { ConfigValue, DebugLevel, DebugLevelChange, DebugSource, Route } from './console-sources.ts'

/** The routes of the service, each with its policy where it has one. */
export function routeView(routes: (() => readonly Route[]) | undefined): RouteView {
  if (routes === undefined) return { available: false, routes: [] }
  return { available: true, routes: routes().map(routeEntry) }
}

function routeEntry({ method, path, policy, level }: Route): RouteEntry {
  return {
    method,
    path,
    ...(typeof policy === 'string' && { policy }),
    ...(typeof level === 'string' && { level }),
  }
}

/** The configuration. Only what is to be shown is taken over. */
export function configView(config: (() => readonly ConfigValue[]) | undefined): ConfigView {
  if (config === undefined) return { available: false, values: [] }
  const values = config().map(({ key, variable, value, source, from, reloadable }) => ({
    key,
    value,
    ...(variable !== undefined && { variable }),
    ...(source !== undefined && { source }),
    ...(from !== undefined && { from }),
    ...(reloadable !== undefined && { reloadable }),
  }))
  return { available: true, values }
}

/** What `debug` knows. */
export function debugView(debug: DebugSource | undefined): DebugView {
  if (debug === undefined) return { available: false, canLog: false, logging: [], inFlight: [] }
  const { path, flamePath } = debug.control
  return {
    available: true,
    canLog: true,
    logging: debug.control.levels().map(logState),
    inFlight: debug.control.inflight().map(({ method, route, path: asked, ageMs, traceId }) => ({
      method,
      ageMs,
      ...(route !== undefined && { route }),
      ...(asked !== undefined && { path: asked }),
      ...(traceId !== undefined && { traceId }),
    })),
    flame: flamePath,
    index: path,
  }
}

function logState({ id, level, until, logger, route, header, principal }: DebugLevel): DebugLogState {
  const conditions = Object.entries({ logger, route, header, principal })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
  return { id, level, until, target: conditions.join(', ') || 'everything' }
}

/** What the page sends: a change, or the name of one that is taken back. */
export type LoggingChange = DebugLevelChange | { readonly revert: string }

/** Whether something has the form of a change. What it says is for `debug` to judge. */
export function isLoggingChange(body: unknown): body is LoggingChange {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false
  if ('revert' in body) return typeof body.revert === 'string' && body.revert !== ''
  return 'level' in body && 'for' in body
}

/** Makes a change, or takes one back. `debug` throws where it cannot be made. */
export function changeLogging(debug: DebugSource, change: LoggingChange): void {
  if ('revert' in change) debug.control.revertLevel(change.revert)
  else debug.control.setLevel(change)
}
