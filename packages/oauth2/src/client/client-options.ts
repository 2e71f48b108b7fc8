import type { Clock } from '@seaworthy/jwt/metadata'
import type { Duration } from '@seaworthy/middleware'
import type { ProviderOptions } from '../provider-options.ts'

/**
 * Lets a token be sent over plain HTTP, such as within a mesh that encrypts. A symbol, so that it is not set by accident
 * and is easy to find. It is the one of `@seaworthy/security`.
 */
export const allowInsecure: unique symbol = Symbol.for('seaworthy.security.allow-insecure')

/** Where the time comes from, and how it is waited for. */
export interface ClientClock extends Clock {
  /** Resolves after so many milliseconds; rejects with the signal's reason. @default a timer */
  wait?(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** Two keys that belong together, as Web Crypto generates them. */
export interface ProofKeyPair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** How the key of DPoP proofs is made (RFC 9449). */
export interface DpopOptions {
  /** Of the key that is made at the first use, which cannot be exported. @default 'ES256' */
  readonly algorithm?: 'ES256' | 'Ed25519'
  /** A key pair in place of a new one, such as one that outlives the process. Its public key is extractable. */
  readonly keys?: ProofKeyPair
}

/** What the options of all clients have in common. */
export interface ClientOptions extends ProviderOptions {
  /** What the tokens may be used for: scopes in a list, or separated by spaces. */
  readonly scope?: string | readonly string[]
  /** Whom the tokens are for (RFC 8707). */
  readonly resource?: string | readonly string[]
  /** Further parameters of the token request, such as `audience` where a provider asks for it. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Binds the tokens to a key, so that a stolen one is of no use. @default false */
  readonly dpop?: boolean | DpopOptions
  /** The longest time before its end that a token is replaced in the background. Chance shortens it by up to half. @default '1m' */
  readonly refreshAhead?: Duration
  readonly clock?: ClientClock
  /** A number from 0 to 1, for the jitter. @default Math.random */
  readonly random?: () => number
  /** Sends tokens over plain HTTP to other machines. @default false */
  readonly [allowInsecure]?: boolean
}
