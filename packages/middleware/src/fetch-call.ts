import type { Fetch } from './wrap-fetch.ts'

/** What a call of `fetch` asks for. */
export interface FetchCall {
  readonly url: URL
  readonly method: string
  readonly signal: AbortSignal | undefined
}

/** Methods that fetch writes in upper case (Fetch standard, "normalize a method"). */
const normalized = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/i

/**
 * Reads the arguments of `fetch`.
 *
 * @returns `undefined` for what does not go to an HTTP server, or what fetch will refuse: fetch then says what is wrong.
 */
export function readFetchCall(...[input, init = {}]: Parameters<Fetch>): FetchCall | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const url = URL.parse(request ? request.url : String(input))
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined
  const method = init.method ?? request?.method ?? 'GET'
  return {
    url,
    method: normalized.test(method) ? method.toUpperCase() : method,
    signal: (init.signal === undefined ? request?.signal : init.signal) ?? undefined,
  }
}
