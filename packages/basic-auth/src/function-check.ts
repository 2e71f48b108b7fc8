import { isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { denial, type Verdict } from '@seaworthy/security'
import type { CredentialCheck, Statistics } from './credential-check.ts'
import { parseCredentials } from './parse-credentials.ts'
import type { PasswordCache } from './password-cache.ts'
import type { Normalization } from './password-text.ts'
import { digester, type Presented } from './presented.ts'
import { singleFlight } from './single-flight.ts'

/** What credentials are checked with. */
export interface FunctionCheckOptions<User, P> {
  readonly cache: PasswordCache<Verdict<P>> | undefined
  readonly normalize: Normalization
  readonly statistics: Statistics
  verify(user: string, password: string, x: Exchange): MaybePromise<User | null | undefined | false>
  /** What the user is let in with. */
  admit(user: string, claims: User): Verdict<P>
}

const malformed = denial('invalid', 'no name and password in base64')
const refused = denial('invalid', 'refused by verify')

/** Checks credentials by a function. */
export function functionCheck<User, P>(options: FunctionCheckOptions<User, P>): CredentialCheck<P> {
  const { cache, normalize, statistics } = options
  const digestOf = digester()
  const flights = singleFlight<Verdict<P>>()

  function recall(presented: Presented): Verdict<P> | undefined {
    const verdict = cache?.find(digestOf(presented))
    if (verdict) statistics.hits++
    return verdict
  }

  function authenticate(presented: Presented, x: Exchange): MaybePromise<Verdict<P>> {
    const credentials = parseCredentials(presented.text, normalize)
    if (!credentials) return { denied: malformed }
    const { user, password } = credentials
    statistics.misses++

    function judge(claims: User | null | undefined | false): Verdict<P> {
      if (claims === null || claims === undefined || claims === false) return { denied: refused }
      const verdict = options.admit(user, claims)
      cache?.keep(digestOf(presented), verdict)
      return verdict
    }

    function ask(): MaybePromise<Verdict<P>> {
      const claims = options.verify(user, password, x)
      return isPromise(claims) ? claims.then(judge) : judge(claims)
    }

    if (!cache) return ask()
    // Only with a cache is it known that the answer does not depend on the request.
    return flights(digestOf(presented), async () => ask()) ?? ask()
  }

  return { ...(cache && { recall }), authenticate }
}
