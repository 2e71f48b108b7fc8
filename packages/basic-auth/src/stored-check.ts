import { addressKey, isPromise, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { denial, type Verdict } from '@seaworthy/security'
import type { CredentialCheck, Statistics } from './credential-check.ts'
import type { HashingSlots } from './hashing-slots.ts'
import { parseCredentials, type Credentials } from './parse-credentials.ts'
import type { PasswordCache } from './password-cache.ts'
import type { PasswordHash } from './password-hash.ts'
import { passwordBytes, type Normalization } from './password-text.ts'
import { digester, type Presented } from './presented.ts'
import { singleFlight } from './single-flight.ts'
import type { KnownUser, UserDirectory } from './user-directory.ts'

/** What is kept of credentials that were verified. */
export interface VerifiedPassword {
  readonly user: string
  /** The stored hash that it was verified by. */
  readonly stored: string
}

/** What credentials are checked with. */
export interface StoredCheckOptions<P> {
  readonly directory: UserDirectory<P>
  readonly cache: PasswordCache<VerifiedPassword> | undefined
  readonly slots: HashingSlots
  readonly normalize: Normalization
  readonly statistics: Statistics
  /** Told of a password that has just been right. */
  verified(hash: PasswordHash, credentials: Credentials): void
}

const busy = denial('unavailable', 'no hashing slot is free', { retryAfter: 1 })
const malformed = denial('invalid', 'no name and password in base64')
const tooLong = denial('invalid', 'the password is longer than its hash takes')
const unknown = denial('invalid', 'unknown user')
const wrong = denial('invalid', 'wrong password')

/** Checks credentials by the hashes that are stored. */
export function storedCheck<P>(options: StoredCheckOptions<P>): CredentialCheck<P> {
  const { directory, cache, slots, normalize, statistics } = options
  const digestOf = digester()
  const flights = singleFlight<boolean | undefined>()

  /** Lets in without a verification, when the user still has the hash by which these credentials were verified. */
  function remembered(entry: VerifiedPassword, known: KnownUser<P> | undefined): Verdict<P> | undefined {
    if (entry.stored !== known?.stored) return undefined
    const verdict = known.verdict()
    statistics.hits++
    return verdict
  }

  function recall(presented: Presented): Verdict<P> | undefined {
    const entry = directory.waits ? undefined : cache?.find(digestOf(presented))
    if (!entry) return undefined
    try {
      const known = directory.find(entry.user)
      if (!isPromise(known)) return remembered(entry, known)
      known.catch(() => undefined)
    } catch {
      // It is tried again by `authenticate`, where what it throws is answered.
    }
    return undefined
  }

  function authenticate(presented: Presented, x: Exchange): MaybePromise<Verdict<P>> {
    const credentials = parseCredentials(presented.text, normalize)
    if (!credentials) return { denied: malformed }
    const entry = cache?.find(digestOf(presented))
    const judge = (known: KnownUser<P> | undefined): MaybePromise<Verdict<P>> =>
      (entry && remembered(entry, known)) ?? verify(presented, credentials, known, x)
    const known = directory.find(credentials.user)
    return isPromise(known) ? known.then(judge) : judge(known)
  }

  async function verify(
    presented: Presented,
    credentials: Credentials,
    known: KnownUser<P> | undefined,
    x: Exchange,
  ): Promise<Verdict<P>> {
    statistics.misses++
    // An unknown user costs what a known one does.
    const hash = known ? known.hash() : directory.dummyFor(credentials.user)
    const password = passwordBytes(credentials.password)
    if (password.byteLength > hash.maxBytes) return { denied: tooLong }
    const work = (): ReturnType<typeof begin> => begin(hash, password, addressKey(x.client), succeed)
    const matches = await flights(`${digestOf(presented)} ${known?.stored ?? ''}`, work)
    if (matches === undefined) return { denied: busy }
    if (!known) return { denied: unknown }
    return matches ? known.verdict() : { denied: wrong }

    function succeed(): void {
      if (!known) return
      cache?.keep(digestOf(presented), { user: credentials.user, stored: known.stored })
      options.verified(hash, credentials)
    }
  }

  /** Verifies in a slot, once for all who wait for the same. */
  function begin(
    hash: PasswordHash,
    password: Uint8Array,
    address: string,
    succeed: () => void,
  ): Promise<boolean | undefined> | undefined {
    const verifying = slots.run(() => {
      statistics.verifications++
      return hash.matches(password)
    }, address)
    return verifying?.then((matches) => {
      if (matches) succeed()
      return matches
    })
  }

  return { ...(cache && { recall }), authenticate }
}
