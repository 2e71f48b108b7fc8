import { type Exchange, type Limiter, type MaybePromise, type Middleware, middleware } from '@seaworthy/middleware'
import { createDigester } from './digest-key.ts'
import { decide } from './decide.ts'
import type { RateLimitDecision } from './decision.ts'
import { headerWriter } from './header-fields.ts'
import { limitKey } from './limit-key.ts'
import { oncePerRequest } from './once-per-request.ts'
import { quotasOf } from './policy.ts'
import { RateLimitError } from './rate-limit-error.ts'
import { assertRateLimitOptions, type RateLimitOptions } from './rate-limit-options.ts'
import { refusal } from './refusal.ts'

/** A limit: a middleware that refuses requests, and a limiter that others ask by key. */
export interface RateLimiter extends Middleware, Limiter {
  /**
   * Takes the cost from the key's quota of every policy, or from none. Counts together with the requests of that key.
   *
   * @param cost - Defaults to 1. With 0 nothing is taken: it asks whether a unit is left.
   * @throws {RateLimitError} `ERR_RATE_LIMIT_COST` when it is no whole number.
   */
  consume(key: string, cost?: number): MaybePromise<RateLimitDecision>
}

/**
 * Limits requests by client, caller or a key of your own, with the generic cell rate algorithm: the whole quota can be
 * used at once, and comes back evenly.
 *
 * @returns A middleware that answers 429 when a quota is used up, and a limiter for other parts.
 * @throws {RateLimitError} `ERR_RATE_LIMIT_OPTION` when an option cannot be kept.
 */
export function rateLimit(options: RateLimitOptions): RateLimiter {
  assertRateLimitOptions(options)
  const { name, by, cost: costOf = () => 1, headers = 'ietf', pepper } = options
  const quotas = quotasOf(options.policies)
  const keyOf = limitKey(by)
  const subjectOf = createDigester(name, pepper)
  const ask = decide(options, quotas)
  const announce = headerWriter(headers, quotas)
  const counted = oncePerRequest()

  function consume(key: string, cost = 1): MaybePromise<RateLimitDecision> {
    assertCost(cost)
    return ask(subjectOf(key), cost)
  }

  function answer(x: Exchange, decision: RateLimitDecision): Response | void {
    announce(x, decision)
    if (!decision.allowed) return refusal(decision)
  }

  function before(x: Exchange): MaybePromise<Response | void> {
    if (counted.has(x)) return
    const key = keyOf(x)
    if (key === undefined) return
    counted.mark(x)
    const decision = consume(key, costOf(x))
    return decision instanceof Promise ? decision.then((made) => answer(x, made)) : answer(x, decision)
  }

  return Object.assign(middleware({ name: 'rateLimit', before }), { consume })
}

function assertCost(cost: number): void {
  if (Number.isSafeInteger(cost) && cost >= 0) return
  throw new RateLimitError('ERR_RATE_LIMIT_COST', 'A cost is a whole number of units: 0, 1, 2 and so on.')
}
