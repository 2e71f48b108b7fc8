import { readFetchCall, type HoppingCall } from '@seaworthy/middleware/http-conventions'

/** What `fetch` was called with, as far as it decides what is sent. */
export interface TracedCall extends HoppingCall {
  /** Who follows redirects: this package hop by hop, fetch out of sight, or nobody. */
  readonly redirects: 'hop' | 'fetch' | 'none'
}

/** Reads a call, or `undefined` when it does not go to an HTTP server: fetch then says what is wrong. */
export function readTracedCall(input: TracedCall['input'], init: RequestInit = {}): TracedCall | undefined {
  const call = readFetchCall(input, init)
  if (call === undefined) return undefined
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const headers = new Headers(init.headers ?? request?.headers)
  return { ...call, input, init, headers, redirects: redirectsOf(init, request) }
}

/** The body of a Request cannot be sent twice, and a digest belongs to the last response: those are left to fetch. */
function redirectsOf(init: RequestInit, request: Request | undefined): TracedCall['redirects'] {
  if ((init.redirect ?? request?.redirect ?? 'follow') !== 'follow') return 'none'
  if ((init.integrity ?? request?.integrity ?? '') !== '') return 'fetch'
  return init.body === undefined && request?.body ? 'fetch' : 'hop'
}
