import type { FetchCall } from './fetch-call.ts'
import type { Fetch } from './wrap-fetch.ts'

/** A call of `fetch` whose redirects are followed hop by hop. */
export interface HoppingCall extends FetchCall {
  readonly input: Parameters<Fetch>[0]
  readonly init: RequestInit
  readonly headers: Headers
}

/** The limit of the Fetch standard. */
const maxRedirects = 20

/** Headers that describe a body, and go with it. */
const bodyHeaders = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type']

/** Headers that belong to one origin; a DPoP proof, to one address even. */
const originHeaders = ['authorization', 'cookie', 'dpop', 'host', 'proxy-authorization']

/**
 * The call that a redirect asks for, or `undefined` when the response is none (Fetch standard, "HTTP-redirect fetch").
 *
 * @param count - How many redirects have been followed before.
 * @throws {TypeError} When the redirect cannot be followed, as fetch does.
 */
export function nextHop<C extends HoppingCall>(call: C, response: Response, count: number): C | undefined {
  const { status } = response
  const location = response.headers.get('location')
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined
  if (count >= maxRedirects) throw failure('redirect count exceeded')
  const url = target(location, call.url)
  const dropped = dropsBody(status, call.method)
  const method = dropped ? 'GET' : call.method
  const headers = headersFor(call, url, dropped)
  return { ...call, input: url.href, init: initFor(call, method, status, dropped), url, method, headers }
}

function target(location: string, base: URL): URL {
  const url = URL.parse(location, base)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw failure('URL scheme must be a HTTP(S) scheme')
  if (url.origin !== base.origin && (url.username !== '' || url.password !== '')) {
    throw failure('a redirect to another origin must not carry credentials')
  }
  return url
}

function dropsBody(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}

function headersFor(call: HoppingCall, url: URL, dropped: boolean): Headers {
  const headers = new Headers(call.headers)
  if (dropped) for (const name of bodyHeaders) headers.delete(name)
  if (url.origin !== call.url.origin) for (const name of originHeaders) headers.delete(name)
  return headers
}

function initFor(call: HoppingCall, method: string, status: number, dropped: boolean): RequestInit {
  const { body, ...rest } = call.init
  if (!dropped && status !== 303 && isStream(body)) throw failure('a stream cannot be sent again')
  const init: RequestInit = { ...rest, method }
  if (!dropped && body !== undefined) init.body = body
  if (call.signal) init.signal = call.signal
  return init
}

/** Strings, buffers, blobs and forms can be sent again. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** What fetch rejects with, so that callers need not know who followed the redirect. */
function failure(reason: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(reason) })
}
