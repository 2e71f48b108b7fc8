/** What `fetch` was called with, as far as it decides what is sent. */
export interface FetchCall {
  readonly input: Parameters<typeof fetch>[0]
  readonly init: RequestInit
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
  /** Who follows redirects: this package hop by hop, fetch out of sight, or nobody. */
  readonly redirects: 'hop' | 'fetch' | 'none'
}

/** Methods that fetch writes in upper case (Fetch standard, "normalize a method"). */
const normalized = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/i

/** Reads a call, or `undefined` when it does not go to an HTTP server: fetch then says what is wrong. */
export function readCall(input: FetchCall['input'], init: RequestInit = {}): FetchCall | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const url = URL.parse(request ? request.url : String(input))
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined
  const method = init.method ?? request?.method ?? 'GET'
  return {
    input,
    init,
    url,
    method: normalized.test(method) ? method.toUpperCase() : method,
    headers: new Headers(init.headers ?? request?.headers),
    signal: (init.signal === undefined ? request?.signal : init.signal) ?? undefined,
    redirects: redirectsOf(init, request),
  }
}

/** The body of a Request cannot be sent twice, and a digest belongs to the last response: those are left to fetch. */
function redirectsOf(init: RequestInit, request: Request | undefined): FetchCall['redirects'] {
  if ((init.redirect ?? request?.redirect ?? 'follow') !== 'follow') return 'none'
  if ((init.integrity ?? request?.integrity ?? '') !== '') return 'fetch'
  return init.body === undefined && request?.body ? 'fetch' : 'hop'
}
