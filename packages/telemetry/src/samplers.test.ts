import { context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api'
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace'
import { describe, expect, test } from 'vitest'
import { adaptive, rateLimited } from './index.ts'

function sampled(sampler: Sampler, from = ROOT_CONTEXT): boolean {
  const { decision } = sampler.shouldSample(from, 'a'.repeat(32), 'GET', SpanKind.SERVER, {}, [])
  return decision === SamplingDecision.RECORD_AND_SAMPLED
}

function count(sampler: Sampler, calls: number): number {
  return Array.from({ length: calls }).filter(() => sampled(sampler)).length
}

function childOf(traceFlags: TraceFlags, isRemote: boolean): ReturnType<typeof context.active> {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags, isRemote })
}

describe('rateLimited', () => {
  test('samples so many a second and no more, whatever the load (telemetry/22)', () => {
    let now = 0
    const sampler = rateLimited({ perSecond: 10, clock: () => now })
    expect(count(sampler, 1000)).toBe(10)
    let total = 0
    for (let ms = 0; ms < 10_000; ms++) {
      now += 1
      total += count(sampler, 5)
    }
    expect(total).toBeGreaterThanOrEqual(99)
    expect(total).toBeLessThanOrEqual(100)
  })

  test('saves up for a burst and no more (telemetry/22)', () => {
    let now = 0
    const sampler = rateLimited({ perSecond: 2, burst: 5, clock: () => now })
    expect(count(sampler, 100)).toBe(5)
    now += 1_000_000
    expect(count(sampler, 100)).toBe(5)
    now += 1000
    expect(count(sampler, 100)).toBe(2)
  })

  test('takes rates under one a second (telemetry/22)', () => {
    let now = 0
    const sampler = rateLimited({ perSecond: 0.1, clock: () => now })
    expect(count(sampler, 10)).toBe(1)
    now += 9_990
    expect(count(sampler, 10)).toBe(0)
    now += 20
    expect(count(sampler, 10)).toBe(1)
  })

  test('refuses what is no rate (telemetry/4)', () => {
    for (const perSecond of [0, -1, Number.NaN, Infinity])
      expect(() => rateLimited({ perSecond })).toThrow('perSecond above 0')
    for (const burst of [0, 0.5, Number.NaN, Infinity])
      expect(() => rateLimited({ perSecond: 1, burst })).toThrow('burst')
  })
})

describe('adaptive', () => {
  for (const [seconds, rate] of [
    [1, 100],
    [10, 1000],
    [100, 10_000],
  ] as const) {
    test(`samples 99 of the first 99, then a window of ${seconds} s gives ${rate} in 10,000 (telemetry/23)`, () => {
      let now = 0
      let drawn = 0.999999
      const sampler = adaptive({ maxPerSecond: 1, sampleSize: 100, clock: () => now, random: () => drawn })
      expect(count(sampler, 99)).toBe(99)
      now += seconds * 1000
      // The call that works the rate out is the first to use it: below the rate is in, the rate itself is out.
      drawn = (rate - 1) / 10_000
      expect(sampled(sampler)).toBe(true)
      expect(count(sampler, 50)).toBe(50)
      drawn = rate / 10_000
      expect(count(sampler, 49)).toBe(rate === 10_000 ? 49 : 0)
    })
  }

  test('works its rate out anew after each hundred, from how long they took (telemetry/23)', () => {
    let now = 0
    let drawn = 0.999999
    const sampler = adaptive({ maxPerSecond: 1, sampleSize: 100, clock: () => now, random: () => drawn })
    count(sampler, 99)
    for (const [seconds, rate] of [
      [1, 100],
      [10, 1000],
      [100, 10_000],
      [0, 1],
      [50, 5000],
    ] as const) {
      now += seconds * 1000
      drawn = (rate - 1) / 10_000
      expect(sampled(sampler)).toBe(true)
      drawn = rate === 10_000 ? 0.9999 : rate / 10_000
      expect(count(sampler, 99)).toBe(rate === 10_000 ? 99 : 0)
    }
  })

  test('with a sample of two the first is in, and the second is one in 10,000 (telemetry/23)', () => {
    let drawn = 0.9999
    const sampler = adaptive({ maxPerSecond: 1, sampleSize: 2, clock: () => 0, random: () => drawn })
    expect(sampled(sampler)).toBe(true)
    drawn = 0.0001
    expect(sampled(sampler)).toBe(false)
    expect(sampled(sampler)).toBe(false)
    drawn = 0.00009
    expect(sampled(sampler)).toBe(true)
  })

  test('aims for two a second with samples of ten by default (telemetry/23)', () => {
    let now = 0
    const sampler = adaptive({ clock: () => now, random: () => 0.1999 })
    expect(count(sampler, 9)).toBe(9)
    now += 1000
    // Ten a second, of which two: a rate of 2000.
    expect(sampled(sampler)).toBe(true)
  })

  test('its rate never goes under one in 10,000: there its cap breaks (telemetry/23)', () => {
    let now = 0
    const sampler = adaptive({ maxPerSecond: 2, sampleSize: 10, clock: () => now, random: Math.random })
    let inSecond = 0
    // 100,000 a second, five times what two a second can be kept for.
    for (let call = 0; call < 1_000_000; call++) {
      now += 0.01
      if (sampled(sampler)) inSecond += 1
    }
    expect(inSecond / 10).toBeGreaterThan(5)
    expect(inSecond / 10).toBeLessThan(20)
  })

  test('refuses what is no rate or no sample (telemetry/4)', () => {
    for (const maxPerSecond of [0, -1, Number.NaN]) expect(() => adaptive({ maxPerSecond })).toThrow('maxPerSecond')
    for (const wrong of [0, 1.5, -1, Number.NaN]) expect(() => adaptive({ sampleSize: wrong })).toThrow('sampleSize')
  })
})

describe('both', () => {
  test('follow the parent, local or remote, without using up their rate (telemetry/24)', () => {
    for (const sampler of [rateLimited({ perSecond: 1 }), adaptive({ sampleSize: 1, random: () => 0.5 })]) {
      for (const remote of [true, false]) {
        for (let i = 0; i < 20; i++) {
          expect(sampled(sampler, childOf(TraceFlags.SAMPLED, remote))).toBe(true)
          expect(sampled(sampler, childOf(TraceFlags.NONE, remote))).toBe(false)
        }
      }
    }
    const limited = rateLimited({ perSecond: 1 })
    for (let i = 0; i < 20; i++) sampled(limited, childOf(TraceFlags.SAMPLED, true))
    expect(sampled(limited)).toBe(true)
  })

  test('name themselves (telemetry/24)', () => {
    expect(String(rateLimited({ perSecond: 10 }))).toContain('ParentBased{root=RateLimited{10}')
    expect(String(adaptive())).toContain('ParentBased{root=Adaptive{2,10}')
  })
})
