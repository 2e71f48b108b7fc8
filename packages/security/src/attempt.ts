import type { Exchange, MaybePromise } from '@seaworthy/middleware'
import { denial, isDenial, type Denial } from './denial.ts'
import type { Principal } from './principal.ts'
import { allowInsecure, type Scheme, type Verdict } from './scheme.ts'
import type { Session } from './session.ts'
import { isSecure, warnInsecure } from './is-secure.ts'

/** What one scheme found in one request. */
export interface Attempt {
  readonly scheme: Scheme<Principal>
  /** `undefined` when there are none, or when they were refused unseen. */
  readonly credentials: unknown
  /** Why the credentials were refused without a look at them. */
  readonly refused: Denial | undefined
  verdict: MaybePromise<Verdict<Principal>> | undefined
}

/** The attempt of a scheme: it looks for credentials once a request. */
export function attemptOf(x: Exchange, session: Session, scheme: Scheme<Principal>): Attempt {
  for (const attempt of session.attempts) if (attempt.scheme === scheme) return attempt
  const attempt = begin(x, scheme)
  session.attempts.push(attempt)
  return attempt
}

function begin(x: Exchange, scheme: Scheme<Principal>): Attempt {
  const found = scheme.extract(x)
  if (found === undefined) return { scheme, credentials: undefined, refused: undefined, verdict: undefined }
  if (scheme[allowInsecure] !== true && !isSecure(x)) {
    warnInsecure(scheme.scheme)
    const refused = denial('insecure_transport', 'credentials over plain HTTP')
    return { scheme, credentials: undefined, refused, verdict: undefined }
  }
  if (isDenial(found)) return { scheme, credentials: undefined, refused: found, verdict: undefined }
  return { scheme, credentials: found, refused: undefined, verdict: undefined }
}

/** Whether the request carries credentials of the attempt's scheme, good or bad. */
export function isPresent(attempt: Attempt): boolean {
  return attempt.credentials !== undefined || attempt.refused !== undefined
}
