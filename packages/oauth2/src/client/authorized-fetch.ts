import { isLoopbackName } from '@seaworthy/jwt/metadata'
import { nextHop, readFetchCall, wrapFetch, type HoppingCall } from '@seaworthy/middleware/http-conventions'
import { OAuth2Error } from '../oauth2-error.ts'
import type { Fetch } from '../provider-options.ts'
import { allowInsecure, type ClientOptions } from './client-options.ts'
import type { IssuedToken } from './issued-token.ts'
import type { ProofKey } from './proof-key.ts'
import { asksForNonce, sendWithProof } from './send-with-proof.ts'
import type { TokenSource } from './token-source.ts'

/** A call that carries a token. */
interface AuthorizedCall extends HoppingCall {
  readonly redirect: NonNullable<RequestInit['redirect']>
  readonly body: unknown
}

/** A fetch that attaches a token to each call, within the origin that was called. */
export function authorizedFetch(
  source: TokenSource,
  proof: ProofKey | undefined,
  options: Pick<ClientOptions, 'fetch' | typeof allowInsecure>,
): Fetch {
  return wrapFetch(options.fetch, async function authorized(send, input, init) {
    const first = readCall(input, init)
    // Fetch itself says what is wrong with it.
    if (!first) return send(input, init)
    if (options[allowInsecure] !== true) checkTransport(first.url)
    let call = first
    for (let count = 0; ; count++) {
      const response = await sendWithToken(send, call)
      const next = followed(call, response, count)
      if (!next) return told(response, count)
      await discard(response)
      // From here on nothing of ours goes along, and fetch may follow as it does.
      if (next.url.origin !== first.url.origin) {
        return told(await send(next.input, { ...next.init, headers: next.headers, redirect: 'follow' }), count + 1)
      }
      call = next
    }
  })

  /** At most once more with a nonce, and once more with another token, in the order in which they are asked for. */
  async function sendWithToken(send: Fetch, call: AuthorizedCall): Promise<Response> {
    let token = await source.get(call.signal)
    let isNonceTried = false
    let isReplaced = false
    for (;;) {
      const response = await sendOnce(send, call, token)
      if (response.status !== 401) return response
      const wantsNonce = proof !== undefined && asksForNonce(response)
      if (isStream(call.body)) {
        // The next call is not to meet the same refusal.
        if (!wantsNonce) void source.replace(token).catch(() => undefined)
        return response
      }
      if (wantsNonce && !isNonceTried) isNonceTried = true
      else {
        const another = isReplaced ? undefined : await source.replace(token, call.signal)
        if (!another) return response
        isReplaced = true
        token = another
      }
      await discard(response)
    }
  }

  async function sendOnce(send: Fetch, call: AuthorizedCall, { accessToken }: IssuedToken): Promise<Response> {
    function transmit(own: Readonly<Record<string, string>>): Promise<Response> {
      const headers = new Headers(call.headers)
      for (const [name, value] of Object.entries(own)) headers.set(name, value)
      return send(call.input, { ...call.init, headers, redirect: 'manual' })
    }
    if (proof) return sendWithProof(await proof(), accessToken, call, transmit)
    return transmit({ authorization: `Bearer ${accessToken}` })
  }
}

function readCall(...[input, init = {}]: Parameters<Fetch>): AuthorizedCall | undefined {
  const call = readFetchCall(input, init)
  if (!call) return undefined
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const headers = new Headers(init.headers ?? request?.headers)
  for (const name of ['authorization', 'dpop']) headers.delete(name)
  const body = init.body === undefined ? request?.body : init.body
  return { ...call, input, init, headers, body, redirect: init.redirect ?? request?.redirect ?? 'follow' }
}

/** A bearer token in the clear is anyone's (RFC 6750 §5.3). */
function checkTransport({ protocol, hostname }: URL): void {
  if (protocol === 'https:' || isLoopbackName(hostname)) return
  throw new OAuth2Error(
    'ERR_OAUTH2_INSECURE_TRANSPORT',
    'A token does not go over plain HTTP to another machine. Call it by HTTPS, or set [allowInsecure]: true where something else encrypts.',
  )
}

/** The call that a redirect asks for, if it is to be followed. */
function followed(call: AuthorizedCall, response: Response, count: number): AuthorizedCall | undefined {
  if (call.redirect === 'manual') return undefined
  // The body of a Request is not in `init`, where a hop looks for it.
  const init = isStream(call.body) ? { ...call.init, body: call.body } : call.init
  const next = nextHop({ ...call, init }, response, count)
  if (!next) return undefined
  if (call.redirect === 'error') throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') })
  return { ...next, body: next.init.body }
}

/** Strings, buffers, blobs and forms can be sent again. */
function isStream(body: unknown): body is ReadableStream {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function told(response: Response, redirects: number): Response {
  if (redirects > 0) Object.defineProperty(response, 'redirected', { value: true, configurable: true })
  return response
}

async function discard({ body }: Response): Promise<void> {
  await body?.cancel().catch(() => undefined)
}
