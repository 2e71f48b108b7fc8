import { createPrincipal, type Principal, type Verdict } from '@seaworthy/security'
import { BasicAuthError } from './basic-auth-error.ts'
import type { BasicAuthOptions } from './basic-auth-options.ts'
import { steadyClock } from './clock.ts'
import type { CredentialCheck, Statistics } from './credential-check.ts'
import { functionCheck } from './function-check.ts'
import { hashingSlots } from './hashing-slots.ts'
import { listedUsers } from './listed-users.ts'
import { lookedUpUsers } from './looked-up-users.ts'
import { parseHash } from './parse-hash.ts'
import { passwordCache } from './password-cache.ts'
import { readHtpasswd, readUsers } from './read-users.ts'
import { rehasher } from './rehash.ts'
import { storedCheck } from './stored-check.ts'
import type { StoredUserBase } from './stored-user.ts'
import { allowUnsafeHashes } from './unsafe-hashes.ts'
import type { UserDirectory } from './user-directory.ts'

/** Lets a user in, as what is stored of the user says. */
type Admit<P> = (name: string, user: StoredUserBase & { readonly claims?: unknown }) => Verdict<P>

/**
 * The check that options ask for.
 *
 * @throws {BasicAuthError} for options that cannot be used; the README lists the codes.
 */
export function createCheck<N extends string, User, S extends string>(
  options: BasicAuthOptions<N, User, S>,
  scheme: N,
  statistics: Statistics,
): CredentialCheck<Principal<N, User>> {
  requireOneSource(options)
  const { cache, clock = steadyClock, normalize = 'NFC', scopesOf, verify, onRehash } = options

  function admit(name: string, user: Partial<StoredUserBase>, claims: User): Verdict<Principal<N, User>> {
    const { subject = name, scopes = scopesOf?.call(options, name, claims) ?? [] } = user
    return { principal: createPrincipal({ scheme, subject, scopes, claims }) }
  }

  if (verify) {
    return functionCheck<User, Principal<N, User>>({
      cache: cache ? passwordCache(cache, clock, statistics) : undefined,
      normalize,
      statistics,
      verify: (name, password, x) => verify.call(options, name, password, x),
      admit: (name, claims) => admit(name, {}, claims),
    })
  }
  const slots = hashingSlots(options.maxConcurrent ?? 2, options.maxQueued ?? 8)
  const renew = onRehash && rehasher({ slots, normalize, store: (name, hash) => onRehash.call(options, name, hash) })
  return storedCheck<Principal<N, User>>({
    // Where a user has no claims, User is null.
    directory: directoryOf(options, (name, user) => admit(name, user, (user.claims ?? null) as User)),
    cache: cache === false ? undefined : passwordCache(cache ?? {}, clock, statistics),
    slots,
    normalize,
    statistics,
    verified: (hash, credentials) => renew?.(hash, credentials),
  })
}

function directoryOf<N extends string, User, S extends string, P>(
  options: BasicAuthOptions<N, User, S>,
  admit: Admit<P>,
): UserDirectory<P> {
  const { users, htpasswd, lookup, normalize = 'NFC', [allowUnsafeHashes]: unsafe = [] } = options
  if (lookup) {
    return lookedUpUsers({
      lookup: (name) => lookup.call(options, name),
      read: (stored) => parseHash(stored, unsafe),
      verdict: admit,
    })
  }
  const reading = { normalize, unsafe }
  const list = htpasswd === undefined ? readUsers(users ?? {}, reading) : readHtpasswd(htpasswd, reading)
  return listedUsers(
    list.map(({ name, user, hash }) => ({ name, hash, stored: user.hash, verdict: admit(name, user) })),
  )
}

function requireOneSource<N extends string, User, S extends string>(options: BasicAuthOptions<N, User, S>): void {
  const { users, htpasswd, lookup, verify, onRehash } = options
  const given = [users, htpasswd, lookup, verify].filter((source) => source !== undefined)
  if (given.length !== 1) {
    throw new BasicAuthError(
      'ERR_BASIC_AUTH_SOURCE',
      `Users come from one of users, htpasswd, lookup and verify; ${given.length} of them are given.`,
    )
  }
  if (verify && onRehash) {
    throw new BasicAuthError('ERR_BASIC_AUTH_OPTION', 'onRehash needs stored hashes: with verify there are none.')
  }
}
