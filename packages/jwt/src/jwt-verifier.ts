import { hash } from 'node:crypto'
import { isPromise, type MaybePromise } from '@seaworthy/middleware'
import type { Denial, Principal } from '@seaworthy/security'
import { areClaims, refusedClaims } from './check-claims.ts'
import { systemClock } from './clock.ts'
import { freezeJson } from './freeze-json.ts'
import { readIssuers } from './issuers.ts'
import type { JwksCheck } from './jwks.ts'
import type { JwtClaims } from './jwt-claims.ts'
import type { JwtVerifierOptions } from './jwt-options.ts'
import { maxTokenLength } from './parse-token.ts'
import { principalOf, readIdentity } from './read-principal.ts'
import { tokenCache, type CachedToken, type TokenCacheStatistics } from './token-cache.ts'
import { lifetimeOf, refusedKind, tokenRules } from './token-rules.ts'
import { refuse, selectKeys, type Denied } from './select-keys.ts'
import { singleFlight } from './single-flight.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'
import type { VerificationKey } from './verification-key.ts'
import { verifySignature } from './verify-signature.ts'

/** A token that somebody has sent. */
export interface PresentedToken {
  readonly token: string
  /** Of the token, by SHA-256: filled in when it is first needed. */
  digest: string | undefined
}

/** What became of a token. */
export type JwtVerdict<P> =
  | {
      readonly principal: P
      /** All claims, as the issuer wrote them: a schema may have left some out of the principal's. */
      readonly token: JwtClaims
    }
  | { readonly denied: Denial }

/** Verifies tokens outside of a guard: from a message queue, or for a scheme of one's own. */
export interface JwtVerifier<P> {
  /** What is known of a token from its last verification. Never anything, when there is `revoked`. */
  recall(presented: PresentedToken): JwtVerdict<P> | undefined
  /** The verification of the same token that is under way for somebody else. Never any, when there is `revoked`. */
  join(presented: PresentedToken): Promise<JwtVerdict<P>> | undefined
  /** Verifies a token, or takes it from the cache. It rejects only when an option's function does. */
  verify(token: string | PresentedToken): MaybePromise<JwtVerdict<P>>
  /** Has the keys of all issuers ready. See {@link Jwks.warmUp}. */
  warmUp(): Promise<void>
  /** A check for `health({ checks })` of the keys of all issuers. */
  readonly check: JwksCheck
  /** How the cache does; `undefined` when there is none. */
  readonly statistics: TokenCacheStatistics | undefined
}

/** What is kept of a verified token. */
interface Verified<P> extends CachedToken {
  readonly verdict: { readonly principal: P; readonly token: JwtClaims }
  readonly issuer: TrustedIssuer
  readonly key: VerificationKey
}

/**
 * Makes a verifier of tokens.
 *
 * @throws {JwtError} for options that cannot be used; the README lists the codes.
 */
export function createJwtVerifier<const N extends string = 'jwt', C = JwtClaims>(
  options: JwtVerifierOptions<N, C>,
): JwtVerifier<Principal<N, C>> {
  type P = Principal<N, C>
  // The default of N is the default of the option.
  const { name = 'jwt' as N, claims: schema, revoked, clock = systemClock } = options
  const rules = tokenRules(options)
  const issuers = readIssuers(options)
  const cache = options.cache === false ? undefined : tokenCache<Verified<P>>(options.cache ?? {})
  const flights = singleFlight<Verified<P> | Denied>()

  function lookUp(presented: PresentedToken): Verified<P> | undefined {
    if (!cache || presented.token.length > maxTokenLength) return undefined
    return cache.find(digestOf(presented), clock.now(), isHeld)
  }

  function verify(given: string | PresentedToken): MaybePromise<JwtVerdict<P>> {
    const presented = typeof given === 'string' ? { token: given, digest: undefined } : given
    // A token that has its digest has been looked up by `recall`.
    const known = presented.digest === undefined ? lookUp(presented) : undefined
    return known ? unlessRevoked(known, presented) : verifyAnew(presented)
  }

  async function verifyAnew(presented: PresentedToken): Promise<JwtVerdict<P>> {
    const verified = await flights(presented.token, () => examine(presented.token))
    if ('denied' in verified) return verified
    const judged = unlessRevoked(verified, presented)
    const verdict = isPromise(judged) ? await judged : judged
    if ('principal' in verdict) cache?.keep(digestOf(presented), verified)
    return verdict
  }

  async function examine(token: string): Promise<Verified<P> | Denied> {
    const selecting = selectKeys(token, issuers, rules)
    const selected = isPromise(selecting) ? await selecting : selecting
    if ('denied' in selected) return selected
    const key = await verifySignature(token, selected)
    if (typeof key === 'string') return refuse(key)
    const { payload, issuer } = selected
    issuers.proven(issuer)
    const now = clock.now() / 1000
    const refused = refusedKind(payload, rules) ?? refusedClaims(payload, issuer.audiences, rules, now)
    if (refused !== undefined || !areClaims(payload)) return refuse(refused ?? 'claims')
    const identity = readIdentity(name, payload, rules)
    if (typeof identity === 'string') return refuse(identity)
    const reading = schema?.['~standard'].validate(payload)
    const read = isPromise(reading) ? await reading : reading
    if (read?.issues) return refuse('the claims do not fit the schema')
    // Without a schema, C is the type of the claims.
    const principal = principalOf(identity, read ? read.value : (payload as C))
    const claims: JwtClaims = freezeJson(payload)
    return {
      verdict: { principal, token: claims },
      issuer,
      key,
      ...lifetimeOf(claims, rules, clock.now(), cache?.ttl ?? 0),
      bytes: weight(token),
    }
  }

  function unlessRevoked(verified: Verified<P>, presented: PresentedToken): MaybePromise<JwtVerdict<P>> {
    if (!revoked) return verified.verdict
    const answer = revoked.call(options, verified.verdict.token)
    return isPromise(answer) ? answer.then(conclude) : conclude(answer)

    /** What is not plainly `false` is taken for a revocation. */
    function conclude(isRevoked: boolean): JwtVerdict<P> {
      if (isRevoked === false) return verified.verdict
      if (presented.digest !== undefined) cache?.drop(presented.digest)
      return refuse('revoked')
    }
  }

  return {
    recall: (presented) => (revoked ? undefined : lookUp(presented)?.verdict),
    // Each request asks for itself whether a token is revoked.
    join: ({ token }) => (revoked ? undefined : flights.find(token)?.then(concluded)),
    verify,
    warmUp: issuers.warmUp,
    check: issuers.check,
    statistics: cache?.statistics,
  }
}

function concluded<P>(verified: Verified<P> | Denied): JwtVerdict<P> {
  return 'denied' in verified ? verified : verified.verdict
}

function isHeld({ issuer, key }: Pick<Verified<unknown>, 'issuer' | 'key'>): boolean {
  return issuer.source.holds(key)
}

/** By the exact bytes: two spellings of one token are two tokens. */
function digestOf(presented: PresentedToken): string {
  return (presented.digest ??= hash('sha256', presented.token, 'hex'))
}

/** About what a verified token takes: its claims as objects, and what holds them. */
function weight(token: string): number {
  return token.length * 3 + 512
}
