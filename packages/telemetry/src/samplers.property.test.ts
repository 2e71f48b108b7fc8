import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adaptive, rateLimited } from './index.ts'

const runs = Number(process.env['FUZZ_RUNS'] ?? 10_000)

function sampled(sampler: Sampler): boolean {
  const { decision } = sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 'GET', SpanKind.SERVER, {}, [])
  return decision === SamplingDecision.RECORD_AND_SAMPLED
}

/** Milliseconds between one call and the next. */
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true })),
  {
    maxLength: 50,
  },
)

describe('for any load', () => {
  test('rateLimited starts no more than its burst, and its rate since then (telemetry/22)', () => {
    const rates = fc.double({ min: 0.01, max: 1000, noNaN: true })
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 20 }), pauses, (perSecond, burst, schedule) => {
        let now = 0
        const sampler = rateLimited({ perSecond, burst, clock: () => now })
        let started = 0
        for (const pause of schedule) {
          now += pause
          if (sampled(sampler)) started += 1
          expect(started).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6)
        }
        expect(started).toBeGreaterThanOrEqual(Math.min(schedule.length, burst))
      }),
      { numRuns: runs },
    )
  })

  test('adaptive takes every call while its rate is whole, none above its rate, and all below it (telemetry/23)', () => {
    const sizes = fc.integer({ min: 1, max: 20 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), sizes, pauses, (maxPerSecond, sampleSize, schedule) => {
        let now = 0
        let drawn = 0
        const sampler = adaptive({ maxPerSecond, sampleSize, clock: () => now, random: () => drawn })
        let windowStart = 0
        let rate = 10_000
        for (const [index, pause] of schedule.entries()) {
          now += pause
          if ((index + 1) % sampleSize === 0) {
            const perSecond = sampleSize / ((now - windowStart) / 1000)
            rate = Math.min(10_000, Math.max(1, Math.trunc((maxPerSecond * 10_000) / perSecond)))
            windowStart = now
          }
          const below = index % 2 === 0
          drawn = (below ? rate - 1 : Math.min(rate, 9999)) / 10_000 + 0.00005
          expect(sampled(sampler)).toBe(below || rate === 10_000)
        }
      }),
      { numRuns: runs },
    )
  })
})
