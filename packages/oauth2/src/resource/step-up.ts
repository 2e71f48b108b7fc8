import type { Clock } from '@seaworthy/jwt/metadata'
import { type Duration, parseDuration } from '@seaworthy/middleware'
import { denial, type Denial, type Principal } from '@seaworthy/security'
import { OAuth2Error } from '../oauth2-error.ts'

/** How well, and how lately, the user has to have proved who they are (RFC 9470). */
export interface StepUpOptions {
  /** Authentication contexts that are good enough, the preferred one first: `acr` has to be one of them. */
  readonly acr?: readonly string[]
  /** The longest time since the user last proved it: `auth_time` then has to be there. Whole seconds. */
  readonly maxAge?: Duration
}

/** Why a principal has not proved enough, if so. */
export type StepUp = (principal: Principal) => Denial | undefined

/**
 * What asks for it.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when nothing is asked for, or what cannot stand in a challenge.
 */
export function stepUp({ acr, maxAge }: StepUpOptions, clock: Clock): StepUp {
  const seconds = maxAge === undefined ? undefined : parseDuration(maxAge) / 1000
  if (acr ? !areValues(acr) : seconds === undefined) {
    throw notKept(
      "acr is a list of values without spaces and quotes, such as ['urn:example:mfa'], or leave it out and write maxAge",
    )
  }
  if (seconds !== undefined && !Number.isInteger(seconds)) throw notKept('maxAge is a number of whole seconds')
  const parameters = {
    ...(acr && { acr_values: acr.join(' ') }),
    ...(seconds !== undefined && { max_age: String(seconds) }),
  }
  const refuse = (reason: string): Denial => denial('insufficient_auth', reason, { parameters })

  return (principal) => {
    if (acr && (principal.acr === undefined || !acr.includes(principal.acr)))
      return refuse('another authentication context')
    if (seconds === undefined) return undefined
    const { authTime } = principal
    return authTime !== undefined && clock.now() / 1000 - authTime <= seconds
      ? undefined
      : refuse('authenticated too long ago')
  }
}

function areValues(acr: readonly unknown[]): boolean {
  return acr.length > 0 && acr.every((each) => typeof each === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(each))
}

function notKept(bound: string): OAuth2Error {
  return new OAuth2Error('ERR_OAUTH2_OPTION', `stepUp: ${bound}.`)
}
