import { parseDuration, type Duration, type MaybePromise } from '@seaworthy/middleware'
import type { Clock } from './clock.ts'
import { JwtError } from './jwt-error.ts'
import { trustedIssuer, type IssuerOptions, type TrustedIssuer } from './trusted-issuer.ts'
import type { RefreshOptions } from './remote-jwks.ts'

/** Issuers that are not known when the service starts, such as those of tenants. */
export interface IssuerResolver extends Omit<RefreshOptions, 'publicOnly' | 'clock'> {
  /** Whether an issuer may be trusted at all. It is given what an unverified token says: compare all of it. */
  allow(issuer: string): boolean
  /** What is particular to an issuer; `undefined` when it is unknown. @default its own metadata, by `discover()` */
  find?(issuer: string): MaybePromise<Omit<IssuerOptions, 'issuer'> | undefined>
  /** How many issuers are kept at most. @default 100 */
  readonly max?: number
  /** How long what `find` has said is kept. @default '10m' */
  readonly ttl?: Duration
}

/** Issuers by their name, as they are met. */
export interface ResolvedIssuers {
  find(issuer: string): MaybePromise<TrustedIssuer | undefined>
  /** Notes that an issuer has signed a token: it is not dropped for one that has not. */
  proven(issuer: TrustedIssuer): void
}

interface Entry {
  readonly issuer: Promise<TrustedIssuer | undefined>
  readonly until: number
  isProven: boolean
}

/**
 * Finds issuers when their tokens come, within bounds. Their keys come from public addresses alone.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` when there is no `allow`, or `max` is no bound.
 */
export function issuerResolver(
  resolver: IssuerResolver,
  defaults: Omit<IssuerOptions, 'issuer' | 'jwks'>,
  clock: Clock,
): ResolvedIssuers {
  const { max = 100, ttl = '10m', find, allow, ...refresh } = resolver
  if (typeof allow !== 'function') throw new JwtError('ERR_JWT_OPTION', 'resolveIssuer needs allow(issuer).')
  if (!Number.isInteger(max) || max < 1)
    throw new JwtError('ERR_JWT_OPTION', 'resolveIssuer.max is a whole number from 1.')
  const kept = parseDuration(ttl)
  const entries = new Map<string, Entry>()

  async function resolve(issuer: string): Promise<TrustedIssuer | undefined> {
    const found = find ? await find.call(resolver, issuer) : {}
    return found && trustedIssuer({ ...defaults, ...found, issuer }, { ...refresh, publicOnly: true })
  }

  function begin(issuer: string): Entry {
    const entry = { issuer: resolve(issuer), until: find ? clock.now() + kept : Infinity, isProven: false }
    // What failed is asked again by the next token.
    entry.issuer.catch(() => entries.get(issuer) === entry && entries.delete(issuer))
    return entry
  }

  /** Issuers that have never signed anything go first, then the one that was met longest ago. */
  function makeRoom(): void {
    if (entries.size < max) return
    const [oldest] = entries.keys()
    const unproven = [...entries].find(([, entry]) => !entry.isProven)?.[0]
    const leaving = unproven ?? oldest
    if (leaving !== undefined) entries.delete(leaving)
  }

  return {
    find(issuer) {
      if (allow.call(resolver, issuer) !== true) return undefined
      const known = entries.get(issuer)
      const entry = known && clock.now() < known.until ? known : begin(issuer)
      entries.delete(issuer)
      makeRoom()
      entries.set(issuer, entry)
      return entry.issuer
    },
    proven({ issuer }) {
      const entry = entries.get(issuer)
      if (entry) entry.isProven = true
    },
  }
}
