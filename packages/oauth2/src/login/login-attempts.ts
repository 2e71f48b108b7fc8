import type { Exchange } from '@seaworthy/middleware'
import * as oauth from 'oauth4webapi'
import type { Sealer } from './key-ring.ts'
import { clearCookie, requestCookies, setCookie } from './request-cookies.ts'

/** A login that has begun, in one tab of one browser. */
export interface LoginAttempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly redirectUri: string
  /** A path of this origin. */
  readonly returnTo: string
  /** Milliseconds. */
  readonly begun: number
}

/** How long a login may take, in milliseconds. */
export const longestAttempt = 600_000
/** More of them at once would not leave room for the other cookies: the oldest one goes. */
const maxAttempts = 4

/** The attempts of a browser, each in a cookie of its own. */
export interface LoginAttempts {
  /** A new attempt, not yet in a cookie. */
  create(redirectUri: string, returnTo: string): LoginAttempt
  keep(x: Exchange, attempt: LoginAttempt): Promise<void>
  /** The attempt of this browser with a state, which is taken away from it. */
  take(x: Exchange, state: string | null): Promise<LoginAttempt | undefined>
}

/** Attempts in cookies whose names begin with `base`. */
export function loginAttempts(base: string, sealer: Sealer, now: () => number): LoginAttempts {
  const prefix = `${base}-try.`

  function create(redirectUri: string, returnTo: string): LoginAttempt {
    const begun = now()
    return {
      // The time stands first, so that the names of the cookies are in the order of the attempts.
      state: `${begun.toString(36).padStart(9, '0')}-${oauth.generateRandomState()}`,
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
      redirectUri,
      returnTo,
      begun,
    }
  }

  async function keep(x: Exchange, attempt: LoginAttempt): Promise<void> {
    const names = [...new Set(requestCookies(x, prefix).map(({ name }) => name))].filter(isName).toSorted()
    for (const name of names.slice(0, Math.max(0, names.length - maxAttempts + 1))) clearCookie(x, name)
    setCookie(x, nameOf(attempt.state), await sealer.seal(attempt), longestAttempt / 1000)
  }

  async function take(x: Exchange, state: string | null): Promise<LoginAttempt | undefined> {
    if (state === null || !stateForm.test(state)) return undefined
    const name = nameOf(state)
    const found = requestCookies(x, prefix).filter((cookie) => cookie.name === name)
    if (found.length > 0) clearCookie(x, name)
    // Two of a name: it is not known which one this service has set.
    const opened = found.length === 1 && found[0] ? await sealer.open(found[0].value) : undefined
    if (!isAttempt(opened) || opened.state !== state) return undefined
    const age = now() - opened.begun
    return age >= 0 && age < longestAttempt ? opened : undefined
  }

  function isName(name: string): boolean {
    return nameForm.test(name.slice(prefix.length))
  }

  return { create, keep, take }

  /** A part of the state is enough to tell attempts apart: what is sealed has all of it. */
  function nameOf(state: string): string {
    return prefix + state.slice(0, nameLength)
  }
}

const nameLength = 20
const nameForm = /^[\w-]{20}$/
const stateForm = /^[0-9a-z]{9}-[\w-]{43}$/

/** What opens is what was sealed for this purpose. */
function isAttempt(value: unknown): value is LoginAttempt {
  return typeof value === 'object' && value !== null && 'state' in value && 'verifier' in value
}
