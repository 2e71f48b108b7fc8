import type { Exchange } from '@seaworthy/middleware'
import { isName, type RateLimitPolicy } from './policy.ts'
import { invalidOption } from './rate-limit-error.ts'
import type { LocalStore, RateLimitStore } from './store.ts'

/**
 * What requests are counted by: the client's address (IPv6 by its /64 network), the verified caller, or a key of your
 * own. A function that returns `undefined` leaves the request unlimited.
 */
export type LimitBy = 'address' | 'caller' | ((x: Exchange) => string | undefined)

/** What the one warning of an outage is written to: `log` of `@seaworthy/log` or a logger of the same shape. */
export interface RateLimitLogger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
}

interface CommonOptions {
  /** Names the limiter in stores, metrics and warnings: letters, digits, `-`, `_` and `.`. */
  readonly name: string
  readonly by: LimitBy
  /** A request needs room in all of them, and is taken from all of them or from none. */
  readonly policies: readonly RateLimitPolicy[]
  /** The units that a request costs: a whole number. With 0 it takes nothing, and passes while a unit is left. @default 1 */
  readonly cost?: (x: Exchange) => number
  /**
   * How clients are told: the `RateLimit` fields of draft-ietf-httpapi-ratelimit-headers-11, `X-RateLimit-*`, or not
   * at all. `Retry-After` is always sent with a refusal. @default 'ietf'
   */
  readonly headers?: 'ietf' | 'legacy' | false
  /** A secret of at least 16 characters that keeps keys in the store from being guessed. @default none: plain SHA-256 */
  readonly pepper?: string
  /** Where the warning of an outage is written; `false` for nowhere. @default standard error */
  readonly logger?: RateLimitLogger | false
}

interface LocalStoreOptions {
  /** Where levels are kept. @default memoryStore() */
  readonly store?: LocalStore
  readonly onStoreError?: 'allow' | 'deny'
}

interface RemoteStoreOptions {
  /** Where levels are kept. */
  readonly store: RateLimitStore
  /** What happens to requests while the store fails or does not answer in time: a choice to be made knowingly. */
  readonly onStoreError: 'allow' | 'deny'
}

/** Settings of `rateLimit()`. */
export type RateLimitOptions = CommonOptions & (LocalStoreOptions | RemoteStoreOptions)

/**
 * Refuses what could only go wrong later.
 *
 * @throws {RateLimitError} `ERR_RATE_LIMIT_OPTION` with what to write instead.
 */
export function assertRateLimitOptions(options: RateLimitOptions): void {
  const { name, by, cost, store, onStoreError, headers, pepper, logger } = options
  if (!isName(name)) throw invalidOption('name', 'Use 1 to 64 letters, digits, "-", "_" and ".".')
  if (by !== 'address' && by !== 'caller' && typeof by !== 'function') {
    throw invalidOption('by', "Write 'address', 'caller' or a function of the exchange that returns a key.")
  }
  if (cost !== undefined && typeof cost !== 'function') {
    throw invalidOption('cost', 'Write a function of the exchange, such as (x) => (x.method === "POST" ? 5 : 1).')
  }
  if (store !== undefined && !isStore(store)) throw invalidOption('store', 'Use memoryStore() or redisStore(client).')
  if (store?.timeout !== undefined && onStoreError === undefined) {
    throw invalidOption('onStoreError', "Choose what happens while the store fails: 'allow' or 'deny'.")
  }
  if (onStoreError !== undefined && onStoreError !== 'allow' && onStoreError !== 'deny') {
    throw invalidOption('onStoreError', "Write 'allow' or 'deny'.")
  }
  if (headers !== undefined && headers !== 'ietf' && headers !== 'legacy' && headers !== false) {
    throw invalidOption('headers', "Write 'ietf', 'legacy' or false.")
  }
  if (pepper !== undefined && (typeof pepper !== 'string' || pepper.length < 16)) {
    throw invalidOption('pepper', 'Use a secret of at least 16 characters, the same in all processes.')
  }
  if (logger !== undefined && logger !== false && typeof logger?.warn !== 'function') {
    throw invalidOption('logger', 'Pass an object with `warn`, or false.')
  }
}

function isStore(store: RateLimitStore): boolean {
  return typeof store?.take === 'function'
}
