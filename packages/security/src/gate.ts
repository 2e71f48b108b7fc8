import { isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { denial } from './denial.ts'
import type { Principal } from './principal.ts'
import type { Scheme, Verdict } from './scheme.ts'

/** What a verification has to pass before it is begun. */
export interface Gate {
  verify(x: Exchange, scheme: Scheme<Principal>, credentials: unknown): MaybePromise<Verdict<Principal>>
}

/** Verifies, and turns what is thrown into 503: a dependency that is down must never let in nor blame the client. */
export function authenticate(
  x: Exchange,
  scheme: Scheme<Principal>,
  credentials: unknown,
): MaybePromise<Verdict<Principal>> {
  try {
    const verdict = scheme.authenticate(credentials, x)
    return isPromise(verdict) ? verdict.then(undefined, (error: unknown) => failed(x, error)) : verdict
  } catch (error) {
    return failed(x, error)
  }
}

/** What the scheme has at no cost. It may be the verification of another request, which can fail as one's own. */
export function recall(
  x: Exchange,
  scheme: Scheme<Principal>,
  credentials: unknown,
): MaybePromise<Verdict<Principal>> | undefined {
  const verdict = scheme.recall?.(credentials, x)
  return isPromise(verdict) ? verdict.then(undefined, (error: unknown) => failed(x, error)) : verdict
}

function failed(x: Exchange, error: unknown): Verdict<Principal> {
  x.error ??= error
  return { denied: denial('unavailable', 'the verification threw') }
}
