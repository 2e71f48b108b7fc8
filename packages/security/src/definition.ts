import { registeredHandler, type RouteEntry, type RouteHandler } from '@seaworthy/middleware'
import { hooksOf, markersOf, type Marker } from './marker.ts'
import { isEverything, isWildcard } from './path-pattern.ts'

/** What was registered on one method and path in one go: markers first, then handlers. */
export interface Definition {
  readonly method: string
  readonly path: string
  /** Where its first entry stands among the entries that were grouped. */
  readonly index: number
  readonly markers: Marker[]
  /** Handlers of others, which may answer. */
  handlers: number
  /** Its last handler cannot call `next`: nothing after it runs. */
  terminal: boolean
}

/**
 * Groups entries of the router into definitions. A marker after a handler begins another definition: it says nothing
 * of what runs before it.
 */
export function definitionsOf(entries: readonly RouteEntry[], policy: object): Definition[] {
  const definitions: Definition[] = []
  let current: Definition | undefined
  for (const [index, entry] of entries.entries()) {
    const hooks = hooksOf(entry)
    const markers = hooks ? markersOf(hooks, policy) : []
    if (!current || !continues(current, entry, markers)) {
      current = { method: entry.method, path: entry.path, index, markers: [], handlers: 0, terminal: false }
      definitions.push(current)
    }
    current.markers.push(...markers)
    if (!hooks) {
      current.handlers++
      current.terminal = !canCallNext(registeredHandler(entry))
    }
  }
  return definitions.filter(matters)
}

function continues(current: Definition, entry: RouteEntry, markers: readonly Marker[]): boolean {
  if (current.method !== entry.method || current.path !== entry.path || current.terminal) return false
  return markers.length === 0 || current.handlers === 0
}

/** Our own middleware on all methods answers for itself, or not at all. */
function matters({ method, markers, handlers }: Definition): boolean {
  return method !== 'ALL' || markers.length > 0 || handlers > 0
}

/** Whether a definition is middleware of an area rather than a route: what `use()` registers. */
export function isArea({ method, terminal }: Definition): boolean {
  return method === 'ALL' && !terminal
}

/** Whether a definition is middleware of an open area, such as `/static/*`. */
export function isOpenArea(definition: Definition): boolean {
  return isArea(definition) && isWildcard(definition.path)
}

/** Whether a definition is middleware of everything. */
export function isEverywhere(definition: Definition): boolean {
  return isArea(definition) && isEverything(definition.path)
}

/** Whether a marker is ignored: for everything there is the default, and no second one. */
export function isIgnored({ service, requirement }: Marker, definition: Definition): boolean {
  // With a route of `all()` on the same path, what `use()` has registered there is one definition: no area any more.
  if (service) return definition.method === 'ALL' && isEverything(definition.path)
  return requirement === undefined && isEverywhere(definition)
}

const known = new WeakMap<RouteHandler, boolean>()

function canCallNext(handler: RouteHandler): boolean {
  if (handler.length > 1) return true
  let can = known.get(handler)
  if (can === undefined) known.set(handler, (can = hidesParameter(handler)))
  return can
}

/** Rest parameters, default values and `arguments` hide a second parameter from `length`. */
function hidesParameter(handler: RouteHandler): boolean {
  const source = Function.prototype.toString.call(handler)
  if (source.includes('[native code]')) return handler.length === 0
  return /\.\.\.|=/.test(parametersOf(source)) || /\barguments\b/.test(source)
}

/** The text between the parentheses of a function's parameters: none for `c => …`. */
function parametersOf(source: string): string {
  const start = source.indexOf('(')
  const arrow = source.indexOf('=>')
  if (start === -1 || (arrow !== -1 && arrow < start)) return ''
  let depth = 0
  for (let i = start; i < source.length; i++) {
    if (source[i] === '(') depth++
    if (source[i] === ')' && --depth === 0) return source.slice(start + 1, i)
  }
  return source
}
