import { core, exchangeSymbol } from './core.ts'
import { ExchangeRecord } from './exchange-record.ts'
import type { Exchange } from './exchange.ts'
import { currentRoute, isMount } from './matched-route.ts'
import type { HonoContext } from './middleware.ts'
import { SeaworthyError } from './seaworthy-error.ts'
import { authorityOf, pathOf, queryOf } from './url-parts.ts'

interface Carrier {
  [exchangeSymbol]?: ExchangeRecord
}

/** Remembers the exchange on what later layers will be given. */
export function carry(carrier: (Request | HonoContext) & Carrier, x: ExchangeRecord): void {
  carrier[exchangeSymbol] = x
}

function carried(carrier: (Request | HonoContext) & Carrier): ExchangeRecord | undefined {
  return carrier[exchangeSymbol]
}

/** The open exchange that a layer belongs to, or `undefined` for the outermost layer of a request. */
export function openExchange(request: Request, c: HonoContext | undefined): ExchangeRecord | undefined {
  const found = c && carried(c)
  if (found?.open) return found
  const ambient = core().ambient.getStore()
  if (!ambient?.open) return undefined
  // One Request may be sent several times at once: only the ambient exchange tells which of them this is.
  return carried(request) === ambient || isContinuedBy(ambient, request) ? ambient : undefined
}

/**
 * Whether a Request that carries no exchange belongs to the ambient one: `app.mount` and code that copies a Request
 * make a new object, and so does an unrelated `app.request()` inside a handler.
 */
function isContinuedBy(x: ExchangeRecord, request: Request): boolean {
  if (!x.hono) return isCopy(x, request)
  const route = currentRoute(x.hono)
  return (
    route !== undefined &&
    isMount(route) &&
    isCopy(x, request, (outer, inner) => inner === '/' || outer.endsWith(inner))
  )
}

/** Whether a Request says the same as the one of an exchange, at the same path or one that fits it. */
function isCopy(x: ExchangeRecord, request: Request, fits?: (outer: string, inner: string) => boolean): boolean {
  const { url } = x.request
  if (x.request.method !== request.method || authorityOf(url) !== authorityOf(request.url)) return false
  if (queryOf(url) !== queryOf(request.url) || !sameHeaders(x.request, request)) return false
  const outer = decoded(pathOf(url))
  const inner = decoded(pathOf(request.url))
  return outer === inner || fits?.(outer, inner) === true
}

function sameHeaders(a: Request, b: Request): boolean {
  const rest = new Map(b.headers)
  for (const [name, value] of a.headers) {
    if (rest.get(name) !== value) return false
    rest.delete(name)
  }
  return rest.size === 0
}

function decoded(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

/**
 * The exchange of a Hono context or a Request.
 *
 * @throws {SeaworthyError} `ERR_NO_EXCHANGE` when no middleware of these packages ran for it.
 */
export function exchange(of: HonoContext | Request): Exchange {
  const request = 'req' in of ? of.req.raw : of
  const ambient = core().ambient.getStore()
  // The ambient exchange before the one that a Request carries, as it may be sent several times at once.
  const found = ('req' in of ? carried(of) : undefined) ?? (ambient?.request === request ? ambient : carried(request))
  if (found) return found
  if (ambient && isCopy(ambient, request)) return ambient
  throw new SeaworthyError(
    'ERR_NO_EXCHANGE',
    'No middleware of @seaworthy ran for this request. Mount one before the handler: app.use(requestId()).',
  )
}

/** The exchange that the running code belongs to, or `undefined` outside a request. */
export function currentExchange(): Exchange | undefined {
  return core().ambient.getStore()
}
