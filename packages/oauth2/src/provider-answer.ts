import { OAuth2Error } from './oauth2-error.ts'

/**
 * An answer of a provider that is not a failure.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_REFUSED` with the provider's own word for a refusal, and `ERR_OAUTH2_UNAVAILABLE`
 *   for 429 and 5xx. Nothing else of the answer is told: a description may repeat what was sent.
 */
export async function accepted(response: Response): Promise<Response> {
  const { status } = response
  if (status >= 200 && status < 300) return response
  if (status === 429 || status >= 500) {
    const retryAfter = retryAfterOf(response.headers)
    throw new OAuth2Error('ERR_OAUTH2_UNAVAILABLE', `The provider answered with the status ${status}.`, {
      ...(retryAfter !== undefined && { retryAfter }),
    })
  }
  const error = errorOf(await response.text())
  if (error === undefined) {
    throw new OAuth2Error('ERR_OAUTH2_RESPONSE', `The provider answered with the status ${status} and no error code.`)
  }
  throw new OAuth2Error('ERR_OAUTH2_REFUSED', `The provider refused: ${error}.`, { error })
}

/**
 * Runs what oauth4webapi does with a provider.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_RESPONSE`, without what oauth4webapi throws: that holds the answer. The reason of
 *   the signal goes through.
 */
export async function conforming<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof OAuth2Error || signal?.aborted) throw error
    throw new OAuth2Error('ERR_OAUTH2_RESPONSE', `The answer of the provider does not conform${reasonOf(error)}.`)
  }
}

/** The codes of RFC 6749 and its extensions are short words. */
function errorOf(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text)
    const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined
    return typeof error === 'string' && /^[a-z_]{1,64}$/.test(error) ? error : undefined
  } catch {
    return undefined
  }
}

/** RFC 9110 §10.2.3, as seconds. */
function retryAfterOf(headers: Headers): number | undefined {
  const seconds = /^\d{1,6}$/.exec(headers.get('retry-after') ?? '')?.[0]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && code.startsWith('OAUTH_') ? ` (${code})` : ''
}
