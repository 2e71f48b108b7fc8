import { parseDuration, parseSize } from '@seaworthy/middleware'
import { documentUrl, isLoopbackName } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from './oauth2-error.ts'
import type { Fetch, ProviderOptions } from './provider-options.ts'

/** Sends a request to a provider and reads all of the answer. */
export type ProviderFetch = (url: string, init?: RequestInit) => Promise<Response>

/**
 * A fetch for the endpoints of a provider, within bounds: HTTPS alone, or this machine where the issuer is; no
 * redirects; the whole answer within the time and the size.
 *
 * What it throws is an {@link OAuth2Error} `ERR_OAUTH2_UNAVAILABLE` or `ERR_OAUTH2_RESPONSE` that says nothing of what
 * was sent.
 */
export function providerFetch(
  options: Pick<ProviderOptions, 'issuer' | 'fetch' | 'timeout' | 'maxBytes'>,
): ProviderFetch {
  const isLocal = isLoopbackName(documentUrl(options.issuer).hostname)
  const timeout = parseDuration(options.timeout ?? '5s')
  const maxBytes = parseSize(options.maxBytes ?? '512KiB')
  const send: Fetch = options.fetch ?? ((input, init) => fetch(input, init))
  if (timeout === 0 || timeout > 2 ** 31 - 1) throw notKept('timeout', 'more than 0, and at most 24 days')
  if (maxBytes === 0) throw notKept('maxBytes', 'at least 1')

  async function request(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const response = await send(url, { ...init, redirect: 'manual', signal })
    const { status } = response
    if (response.redirected || response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      await discard(response)
      throw new OAuth2Error('ERR_OAUTH2_RESPONSE', 'The provider answered with a redirect, which is not followed.')
    }
    const text = await readText(response, maxBytes)
    const headers = new Headers(response.headers)
    // They described the bytes on the wire.
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name)
    return new Response([204, 205, 304].includes(status) ? null : text, { status, headers })
  }

  return async function fetchFromProvider(address, init = {}) {
    const url = endpointUrl(address, isLocal)
    init.signal?.throwIfAborted()
    const controller = new AbortController()
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = (error: unknown): void => {
      reject(error)
      controller.abort(error)
    }
    const timer = setTimeout(() => stop(unavailable(`no whole answer within ${timeout} ms`)), timeout)
    const given = init.signal ?? undefined
    const leave = (): void => stop(given?.reason)
    given?.addEventListener('abort', leave)
    try {
      // The body of a custom fetch may not listen to the signal.
      return await Promise.race([request(url, init, controller.signal), stopped])
    } catch (error) {
      if (error instanceof OAuth2Error || given?.aborted) throw error
      throw unavailable('the connection failed', error)
    } finally {
      clearTimeout(timer)
      given?.removeEventListener('abort', leave)
    }
  }
}

/**
 * The address of an endpoint that a provider named: HTTPS, or this machine where the issuer itself is there.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_DISCOVERY` when it is none.
 */
export function endpointUrl(address: string, isLocalIssuer: boolean): string {
  let url: URL | undefined
  try {
    url = documentUrl(address)
  } catch {}
  if (url && (isLocalIssuer || !isLoopbackName(url.hostname))) return url.href
  throw new OAuth2Error('ERR_OAUTH2_DISCOVERY', 'The provider names an endpoint that is not HTTPS, or on this machine.')
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const tooLarge = new OAuth2Error('ERR_OAUTH2_RESPONSE', `The provider answered with more than ${maxBytes} bytes.`)
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await discard(response)
    throw tooLarge
  }
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // To leave the loop is to cancel the body.
    if (size > maxBytes) throw tooLarge
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

async function discard({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined)
}

/** What the runtime throws names hosts and ports, and no credentials: its code is told. */
function unavailable(why: string, error?: unknown): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_UNAVAILABLE', `The provider cannot be reached: ${why}${codeOf(error)}.`)
}

function codeOf(error: unknown): string {
  for (let each = error; typeof each === 'object' && each !== null; each = 'cause' in each ? each.cause : undefined) {
    if ('code' in each && typeof each.code === 'string' && /^[A-Z_a-z]{2,40}$/.test(each.code)) return ` (${each.code})`
  }
  return ''
}

function notKept(option: string, bound: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `${option} has to be ${bound}.`)
}
