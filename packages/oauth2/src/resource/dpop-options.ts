import type { Algorithm } from '@seaworthy/jwt'
import type { Duration } from '@seaworthy/middleware'
import type { DpopNonceOptions } from './dpop-nonces.ts'
import type { ReplayStore } from './replay-store.ts'

/** Settings of tokens that are bound to a key of the client (RFC 9449). */
export interface DpopOptions {
  /** Refuses tokens that are not bound to such a key. @default false */
  readonly required?: boolean
  /** Where the proofs that were used are remembered: `redisStore()` for several processes. @default `memoryStore()` */
  readonly replay?: ReplayStore
  /** Asks for a nonce of this service in every proof. @default false */
  readonly nonce?: boolean | DpopNonceOptions
  /** How old a proof may be: at most five minutes. @default '1m' */
  readonly maxAge?: Duration
  /** How far the client's clock may be ahead or behind: at most five minutes. @default '5s' */
  readonly clockTolerance?: Duration
  /**
   * The algorithms of proofs.
   *
   * @default ES256, ES384, ES512, Ed25519, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512
   */
  readonly algorithms?: readonly Algorithm[]
}
