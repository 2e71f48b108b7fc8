import type { Duration, Size } from '@seaworthy/middleware'
import type { Clock } from '@seaworthy/jwt/metadata'
import type { ClientAuth } from './client-auth.ts'

/** What sends a request: `fetch`, or what wraps it. */
export type Fetch = typeof globalThis.fetch

/** How a client of a provider reaches it, and who it is. */
export interface ProviderOptions {
  /** The provider, as it names itself: its metadata are found by it. */
  readonly issuer: string
  readonly clientId: string
  /** How the client shows who it is. @default { method: 'none' } */
  readonly clientAuth?: ClientAuth
  /** What sends every request, looked up at each call. @default the global fetch */
  readonly fetch?: Fetch
  /** For one request to the provider, its answer included. @default '5s' */
  readonly timeout?: Duration
  /** The largest answer of the provider. @default '512KiB' */
  readonly maxBytes?: Size
  /** Where the time comes from. @default the system's clock */
  readonly clock?: Clock
}
