import type { RateLimitPolicy } from './policy.ts'

interface Bucket {
  readonly limit: bigint
  readonly window: bigint
  readonly burst: bigint
  /** Units times the milliseconds of the window, so that a fraction of a unit is exact. */
  tokens: bigint
  at: bigint
}

/** Policies with windows in milliseconds, as the model takes them. */
export type ModelPolicy = Pick<RateLimitPolicy, 'limit' | 'burst'> & { readonly window: number }

/** Token buckets in exact arithmetic: written from the definition, with nothing in common with the package. */
export class ReferenceModel {
  readonly #buckets: Bucket[]

  constructor(policies: readonly ModelPolicy[]) {
    this.#buckets = policies.map(({ limit, window, burst = limit }) => ({
      limit: BigInt(limit),
      window: BigInt(window),
      burst: BigInt(burst),
      tokens: BigInt(burst) * BigInt(window),
      at: 0n,
    }))
  }

  take(now: number, cost: number): { allowed: boolean; remaining: number[] } {
    for (const bucket of this.#buckets) refill(bucket, BigInt(now))
    const asked = BigInt(Math.max(cost, 1))
    const allowed = this.#buckets.every(({ tokens, window }) => tokens >= asked * window)
    if (allowed) for (const bucket of this.#buckets) bucket.tokens -= BigInt(cost) * bucket.window
    return { allowed, remaining: this.#buckets.map(({ tokens, window }) => Number(tokens / window)) }
  }
}

function refill(bucket: Bucket, now: bigint): void {
  const full = bucket.burst * bucket.window
  const grown = bucket.tokens + (now - bucket.at) * bucket.limit
  bucket.tokens = grown > full ? full : grown
  bucket.at = now
}
