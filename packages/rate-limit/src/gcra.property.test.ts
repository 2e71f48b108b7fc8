import { createTestClock } from '@seaworthy/middleware/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryStore, rateLimit, type RateLimitDecision, type RateLimiter, type RateLimitPolicy } from './index.ts'
import { RecentMap } from './recent-map.ts'
import { ReferenceModel } from './reference-model.test-kit.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)

const policy = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1_000_000 })),
  seconds: fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 86_400 })),
  burst: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
})
const policies = fc.array(policy, { minLength: 1, maxLength: 3 })
const step = fc.record({
  wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 100_000_000 })),
  cost: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 15 })),
})
const steps = fc.array(step, { minLength: 1, maxLength: 30 })

interface Drawn {
  readonly limit: number
  readonly seconds: number
  readonly burst: number | undefined
}

function policiesOf(drawn: readonly Drawn[]): RateLimitPolicy[] {
  return drawn.map(({ limit, seconds, burst }, index) => ({
    name: `p${index}`,
    limit,
    window: seconds * 1_000,
    ...(burst !== undefined && { burst }),
  }))
}

function limiterOf(drawn: readonly Drawn[], clock: { now(): number }): RateLimiter {
  return rateLimit({ name: 'it', by: 'address', policies: policiesOf(drawn), store: memoryStore({ clock }) })
}

function consume(limiter: RateLimiter, cost: number): RateLimitDecision {
  const decision = limiter.consume('key', cost)
  if (decision instanceof Promise) throw new Error('a local store answers at once')
  return decision
}

test('every decision is that of exact token buckets, taken from all of them or none (rate-limit/1) (rate-limit/2) (rate-limit/5)', () => {
  fc.assert(
    fc.property(policies, steps, (drawn, steps) => {
      const clock = createTestClock(1_700_000_000_000)
      const limiter = limiterOf(drawn, clock)
      const model = new ReferenceModel(drawn.map((each) => ({ ...each, window: each.seconds * 1_000 }) as never))
      for (const { wait, cost } of steps) {
        clock.advance(wait)
        const decision = consume(limiter, cost)
        const expected = model.take(clock.now(), cost)
        expect(decision.allowed).toBe(expected.allowed)
        expect(decision.policies.map(({ remaining }) => remaining)).toEqual(expected.remaining)
      }
    }),
    { numRuns },
  )
})

test('a refused cost succeeds after the promised wait, and not a second earlier (rate-limit/1) (rate-limit/16)', () => {
  fc.assert(
    fc.property(policies, steps, (drawn, steps) => {
      const clock = createTestClock(1_700_000_000_000)
      const limiter = limiterOf(drawn, clock)
      for (const { wait, cost } of steps) {
        clock.advance(wait % 10_000)
        const { allowed, retryAfter, policies } = consume(limiter, cost)
        if (allowed) {
          expect(retryAfter).toBe(0)
          continue
        }
        if (cost > Math.min(...drawn.map(({ burst, limit }) => burst ?? limit))) {
          expect(retryAfter).toBe(Infinity)
          continue
        }
        const violated = policies.filter(({ violated }) => violated)
        expect(Math.max(...violated.map(({ effectiveWindow }) => effectiveWindow))).toBe(retryAfter)
        expect(Math.max(...policies.map(({ effectiveWindow }) => effectiveWindow))).toBe(retryAfter)
        clock.advance((retryAfter - 1) * 1_000)
        const early = consume(limiter, 0)
        if (cost <= 1) expect(early.allowed && retryAfter > 1).toBe(false)
        clock.advance(1_000)
        expect(consume(limiter, cost).allowed).toBe(true)
      }
    }),
    { numRuns },
  )
})

test('no policy ever lets more through than its burst and what came back since (rate-limit/1)', () => {
  fc.assert(
    fc.property(policy, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 60 }), (drawn, waits) => {
      const clock = createTestClock(1_700_000_000_000)
      const limiter = limiterOf([drawn], clock)
      const start = clock.now()
      let taken = 0
      for (const wait of waits) {
        clock.advance(wait)
        if (consume(limiter, 1).allowed) taken++
        const back = Math.floor(((clock.now() - start) * drawn.limit) / (drawn.seconds * 1_000))
        expect(taken).toBeLessThanOrEqual((drawn.burst ?? drawn.limit) + back)
      }
    }),
    { numRuns },
  )
})

test('a bounded map is a map that forgets what was not used for longest (rate-limit/21)', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const action = fc.tuple(fc.boolean(), key)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(action, { maxLength: 60 }), (max, actions) => {
      const map = new RecentMap<number>(max)
      let model: [string, number][] = []
      for (const [index, [isSet, key]] of actions.entries()) {
        const found = model.find(([each]) => each === key)
        const others = model.filter(([each]) => each !== key)
        if (isSet) {
          map.set(key, index)
          model = [...others, [key, index] satisfies [string, number]].slice(-max)
        } else {
          expect(map.get(key)).toBe(found?.[1])
          if (found) model = [...others, found]
        }
        expect(map.size).toBe(model.length)
      }
    }),
    { numRuns },
  )
})
