import { problem } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'

/** Why nobody was logged in. */
export interface LoginFailure {
  /**
   * `unknown_attempt`: it was not begun in this browser, is over, or was used. `refused`: the provider, or the person
   * there, said no. `invalid_response`: what came back is no answer to the attempt. `claims`: they do not fit the
   * schema. `unavailable`: something is down.
   */
  readonly code: 'unknown_attempt' | 'refused' | 'invalid_response' | 'claims' | 'unavailable'
  /** The provider's own word, such as `access_denied`. */
  readonly error?: string
  readonly status: number
  /** Where the next attempt begins. */
  readonly loginPath: string
}

/** A failure without the place of the next attempt. */
export type Failed = Omit<LoginFailure, 'loginPath'>

/** There is no such attempt in this browser. */
export const unknownAttempt: Failed = { code: 'unknown_attempt', status: 400 }
/** The state, the issuer or the form of the answer is another one. */
export const invalidResponse: Failed = { code: 'invalid_response', status: 400 }
/** The schema has refused the person. */
export const unfitClaims: Failed = { code: 'claims', status: 403 }

/** The provider's word for a failure. */
export function refused(error: string): Failed {
  return { code: 'refused', error, status: error === 'access_denied' ? 403 : 400 }
}

/** What an error of the provider, or of a store, means to the person. */
export function failureOf(error: unknown): Failed {
  if (!(error instanceof OAuth2Error)) return { code: 'unavailable', status: 503 }
  switch (error.code) {
    case 'ERR_OAUTH2_REFUSED':
      // A code that is not taken is the attempt's fault; anything else is that of this service.
      return error.error === 'invalid_grant' ? refused('invalid_grant') : { code: 'unavailable', status: 502 }
    case 'ERR_OAUTH2_RESPONSE':
      return { code: 'unavailable', status: 502 }
    case 'ERR_OAUTH2_OPTION':
    case 'ERR_OAUTH2_SESSION_SIZE':
      return { code: 'unavailable', status: 500 }
    default:
      return { code: 'unavailable', status: 503 }
  }
}

const details: Readonly<Record<LoginFailure['code'], string>> = {
  unknown_attempt: 'This login was not begun in this browser, took too long, or was used already.',
  refused: 'The login was refused.',
  invalid_response: 'This is no answer to the login that was begun.',
  claims: 'This account cannot be used here.',
  unavailable: 'Nobody can be logged in now.',
}

/** The answer to a failure, where there is no page for it. */
export function failureProblem({ code, error, status, loginPath }: LoginFailure): Response {
  return problem({
    status,
    code,
    detail: details[code],
    ...(error !== undefined && { error }),
    login: loginPath,
    ...(status === 503 && { headers: { 'retry-after': '5' } }),
  })
}
