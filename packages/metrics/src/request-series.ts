import type { Attributes } from '@opentelemetry/api'
import type { Exchange } from '@seaworthy/middleware'
import { methodAttribute, protocolVersion, type KnownMethods } from '@seaworthy/middleware/http-conventions'
import type { Series } from './exemplars.ts'
import { createSeriesSets } from './series-sets.ts'

/** What is looked up by number; anything else is looked up by its text, which is slower and as right. */
const schemes = ['http', 'https']
const versions: ReadonlyMap<string | undefined, number> = new Map([
  [undefined, 0],
  ['1.0', 1],
  ['1.1', 2],
  ['2', 3],
])
const variants = schemes.length * versions.size

/** The series of a request that ended with a status and an `error.type`, with what the service adds or replaces. */
export type RequestSeries = (
  x: Exchange,
  status: number | undefined,
  error: string | undefined,
  extra: Attributes | undefined,
) => Series

/**
 * Makes the series of each method, route and status once, with the attributes of OpenTelemetry's
 * `http.server.request.duration`: a further request looks up a number, and builds nothing.
 */
export function createRequestSeries(instrument: string, limit: number, methods: KnownMethods): RequestSeries {
  const methodNumbers = new Map([...methods].map((method, i) => [method, i + 1]))
  const routeNumbers = new Map<string | undefined, number>()
  const sets = createSeriesSets<number | string>(instrument, limit)

  function routeNumber(route: string | undefined): number | undefined {
    const known = routeNumbers.get(route)
    if (known !== undefined || routeNumbers.size >= limit) return known
    routeNumbers.set(route, routeNumbers.size)
    return routeNumbers.size - 1
  }

  /** What is usual as one number; `undefined` for what is not. */
  function numberOf(x: Exchange, method: number, status: number): number | undefined {
    const byRoute = routeNumber(x.route)
    const byScheme = schemes.indexOf(x.scheme)
    const byVersion = versions.get(protocolVersion(x))
    if (byRoute === undefined || byScheme === -1 || byVersion === undefined) return undefined
    return ((byRoute * (methods.size + 1) + method) * variants + byScheme * versions.size + byVersion) * 1000 + status
  }

  return function seriesOf(x, status, error, extra) {
    const method = methodNumbers.get(x.method) ?? 0
    const plain = extra === undefined && (error === undefined || error === String(status))
    const number = plain ? numberOf(x, method, status ?? 0) : undefined
    const known = number === undefined ? undefined : sets.find(number)
    if (known !== undefined) return known
    const attributes = { ...attributesOf(x, methodAttribute(x.method, methods), status, error), ...extra }
    const key = number ?? JSON.stringify(attributes)
    return sets.find(key) ?? sets.add(key, attributes)
  }
}

function attributesOf(x: Exchange, method: string, status: number | undefined, error: string | undefined): Attributes {
  const version = protocolVersion(x)
  return {
    'http.request.method': method,
    'url.scheme': x.scheme,
    ...(x.route === undefined ? undefined : { 'http.route': x.route }),
    ...(status === undefined ? undefined : { 'http.response.status_code': status }),
    ...(error === undefined ? undefined : { 'error.type': error }),
    ...(version === undefined ? undefined : { 'network.protocol.version': version }),
  }
}
