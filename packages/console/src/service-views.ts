import type { DebugLogChange, DebugLogState, DebugView } from './api-debug.ts'
import type { ConfigView, RouteEntry, RouteView } from './api-service.ts'
import type { ConfigValue, DebugLevel, DebugSource, Route } from './console-sources.ts'

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

/** Makes a change, or takes one back. What the change says is checked by `debug`, which throws where it cannot be made. */
export function changeLogging(debug: DebugSource, change: DebugLogChange): void {
  if ('revert' in change) debug.control.revertLevel(change.revert)
  else debug.control.setLevel(change)
}
