import { documentUrl } from './document-url.ts'
import { isPublicHost, type Resolve } from './public-host.ts'
import { isJsonObject, type JsonObject } from './parse-json-object.ts'

/** What sends a request. */
export type DocumentFetch = (url: string, init: RequestInit) => Promise<Response>

/** The bounds of a fetch. */
export interface FetchBounds {
  readonly fetch: DocumentFetch | undefined
  /** Milliseconds for all of it, the body included. */
  readonly timeout: number
  readonly maxBytes: number
  /** Refuses hosts with private addresses; `false` allows every host. */
  readonly publicOnly: false | { readonly resolve: Resolve | undefined }
}

/** A document and how long it may be kept. */
export interface FetchedDocument {
  readonly document: JsonObject
  /** Milliseconds, as `Cache-Control` has it. */
  readonly maxAge: number | undefined
}

/**
 * Fetches a JSON object: no redirects, nothing but 200, no more than the bytes, within the time.
 *
 * @throws {Error} with a reason that says nothing of the document.
 */
export async function fetchDocument(url: string, bounds: FetchBounds): Promise<FetchedDocument> {
  const controller = new AbortController()
  const { promise: timedOut, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const late = new Error(`no whole answer within ${bounds.timeout} ms`)
    reject(late)
    controller.abort(late)
  }, bounds.timeout)
  try {
    // The body of a custom fetch may not listen to the signal.
    return await Promise.race([request(url, bounds, controller.signal), timedOut])
  } finally {
    clearTimeout(timer)
  }
}

async function request(url: string, bounds: FetchBounds, signal: AbortSignal): Promise<FetchedDocument> {
  const { hostname } = documentUrl(url)
  if (bounds.publicOnly && !(await isPublicHost(hostname, bounds.publicOnly.resolve))) {
    throw new Error('the host has an address that is not public')
  }
  const send = bounds.fetch ?? fetch
  const headers = { accept: 'application/jwk-set+json, application/json' }
  const response = await send(url, { headers, redirect: 'manual', signal })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(response.status === 0 || response.redirected ? 'a redirect' : `the status ${response.status}`)
  }
  if (response.redirected) throw new Error('a redirect')
  const document = readJson(await readText(response, bounds.maxBytes))
  if (!isJsonObject(document)) throw new Error('an answer that is no JSON object')
  return { document, maxAge: maxAgeOf(response.headers) }
}

async function readText({ body, headers }: Response, maxBytes: number): Promise<string> {
  const tooLarge = new Error(`a body of more than ${maxBytes} bytes`)
  if (Number(headers.get('content-length') ?? 0) > maxBytes) {
    await body?.cancel()
    throw tooLarge
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    // To leave the loop is to cancel the body.
    if (size > maxBytes) throw tooLarge
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** What JSON.parse throws on Node shows a piece of the text. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** RFC 9111 §5.2.2: how much longer the answer is fresh. */
function maxAgeOf(headers: Headers): number | undefined {
  const control = headers.get('cache-control')?.toLowerCase() ?? ''
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,])/.test(control)) return 0
  const seconds = /(?:^|[\s,])max-age="?(\d{1,10})/.exec(control)?.[1]
  if (seconds === undefined) return undefined
  const age = /^\d{1,10}$/.exec(headers.get('age') ?? '')?.[0] ?? '0'
  return Math.max(0, Number(seconds) - Number(age)) * 1000
}
