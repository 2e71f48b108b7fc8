import { isPromise, type Exchange, type Limiter, type LimiterDecision, type MaybePromise } from '@seaworthy/middleware'
import {
  allowInsecure,
  authenticator,
  challenge,
  createPrincipal,
  denial,
  type Authenticator,
  type Denial,
  type Principal,
  type Verdict,
} from '@seaworthy/security'
import { invalidOption } from './api-key-error.ts'
import type { ApiKeyOptions } from './api-key-options.ts'
import type { ApiKey } from './api-key-record.ts'
import type { ApiKeyCacheStatistics } from './key-cache.ts'
import { challengeScheme, describePlace, findKeyIn, placesOf, type FoundKey } from './key-place.ts'
import { keyVerifier, type KnownKey } from './key-verifier.ts'
import type { ApiKeyRefusal } from './refusal.ts'

/** The guard that `apiKey()` makes. */
export interface ApiKeyAuthenticator<N extends string, S extends string> extends Authenticator<
  Principal<N, ApiKey>,
  S
> {
  readonly scheme: N
  /** How the cache of verified keys does; `undefined` when there is none. */
  readonly statistics: ApiKeyCacheStatistics | undefined
}

/**
 * API keys as credentials.
 *
 * @returns A guard that answers 401 until a key verifies, 429 while it is over its limits, and 503 while the store
 *   cannot be asked.
 * @throws {ApiKeyError} `ERR_API_KEY_OPTION` when an option cannot be kept.
 * @throws {SecurityError} when the name, the realm or a scope has a character that it must not have.
 */
export function apiKey<const N extends string = 'apiKey', S extends string = never>(
  options: ApiKeyOptions<N, S>,
): ApiKeyAuthenticator<N, S> {
  // The default of N is the default of the option.
  const { name = 'apiKey' as N, realm = name, description, scopes, limits } = options
  const places = placesOf(options.in)
  const extract = findKeyIn(places)
  const verifier = keyVerifier(options, (key) => ({ principal: principalOf(name, key) }))
  const limit = limits && limitedBy(limits)
  const write = challengeWriter(challengeScheme(places), realm)

  function conclude(known: Known<N> | ApiKeyRefusal): MaybePromise<Verdict<Principal<N, ApiKey>>> {
    if (typeof known === 'string') return refusals[known]
    return limit ? limit(known) : known.value
  }

  const scheme = authenticator({
    name,
    [allowInsecure]: options[allowInsecure] === true,
    ...(description !== undefined && { description }),
    ...(scopes && { scopes }),
    extract,
    // A limiter has to be asked for each request, which may take its time.
    ...(verifier.statistics &&
      !limit && { recall: (found: FoundKey, x: Exchange) => verifier.recall(found, x)?.value }),
    authenticate(found: FoundKey, x) {
      const known = verifier.verify(found, x)
      return isPromise(known) ? known.then(conclude) : conclude(known)
    },
    guess: ({ key }: FoundKey) => key,
    challenge: write,
    openapi: () => describePlace(places),
    ambient: ({ cookie }: FoundKey) => cookie !== undefined,
    clear: clearCookie,
    // The audit makes a digest of it with a key of its own.
    credentialId: ({ id, key }: FoundKey) => id ?? key,
  })
  // Text that no header can carry is refused now, not with the first challenge.
  write(denial('missing', ''), [])
  return Object.assign(scheme, { statistics: verifier.statistics })
}

/** A key that is known, and the verdict that lets it in. */
type Known<N extends string> = KnownKey<{ readonly principal: Principal<N, ApiKey> }>

/** One verdict for each reason: clients see no difference. */
const refusals: Readonly<Record<ApiKeyRefusal, { readonly denied: Denial }>> = {
  malformed: refused('malformed'),
  wrong_prefix: refused('wrong_prefix'),
  bad_checksum: refused('bad_checksum'),
  unknown: refused('unknown'),
  revoked: refused('revoked'),
  expired: refused('expired'),
  not_yet_valid: refused('not_yet_valid'),
  wrong_environment: refused('wrong_environment'),
  address_not_allowed: refused('address_not_allowed'),
}

function refused(reason: ApiKeyRefusal): { readonly denied: Denial } {
  return { denied: denial('invalid', reason) }
}

function principalOf<N extends string>(scheme: N, claims: ApiKey): Principal<N, ApiKey> {
  const { owner: subject, tenant, scopes, expiresAt } = claims
  return createPrincipal({
    scheme,
    subject,
    claims,
    scopes,
    ...(tenant !== undefined && { tenant }),
    ...(expiresAt !== undefined && { expiresAt: Math.floor(Date.parse(expiresAt) / 1000) }),
  })
}

type Limited = <P>(known: KnownKey<{ readonly principal: P }>) => MaybePromise<Verdict<P>>

/** Takes one from the key's quota. */
function limitedBy(limits: Limiter | ((key: ApiKey) => Limiter | undefined)): Limited {
  // A limiter may be a function as well: `rateLimit()` makes one that is also a middleware.
  const choose = isLimiter(limits) ? () => limits : limits
  if (typeof choose !== 'function') throw invalidOption('limits', 'Use a limiter, or a function that chooses one.')
  return ({ apiKey, value }) => {
    const limiter = choose(apiKey)
    if (!limiter) return value
    const decision = limiter.consume(apiKey.family)
    return isPromise(decision) ? decision.then((each) => within(each, value)) : within(decision, value)
  }
}

function isLimiter(limits: object): limits is Limiter {
  return 'consume' in Object(limits)
}

function within<P>({ allowed, retryAfter }: LimiterDecision, value: { readonly principal: P }): Verdict<P> {
  return allowed === true ? value : { denied: denial('limited', 'over its limits', { retryAfter }) }
}

function challengeWriter(scheme: string, realm: string): (refusal: Denial, scopes: readonly string[]) => string {
  return ({ code }, scopes) =>
    challenge(scheme, {
      realm,
      error: code === 'insufficient_scope' ? code : undefined,
      scope: scopes.length > 0 ? scopes.join(' ') : undefined,
    })
}

function clearCookie({ cookie }: FoundKey, x: Exchange): void {
  if (cookie !== undefined)
    x.appendHeader('set-cookie', `${cookie}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`)
}
