import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeBudget } from './time-budget.ts'

const ms = fc.integer({ min: 0, max: 100_000 })

test('requests keep half of the time, hooks what they ask for or a quarter, last hooks theirs or a quarter (shutdown/13)', () => {
  fc.assert(
    fc.property(ms, ms, ms, ms, (now, left, hooks, last) => {
      const end = now + left
      const until = timeBudget(now, end, hooks, last)
      expect(until.requests).toBeGreaterThanOrEqual(now + left / 2 - 1e-6)
      expect(until.hooks - until.requests).toBeGreaterThanOrEqual(Math.min(hooks, left / 4) - 1e-6)
      expect(end - until.hooks).toBeGreaterThanOrEqual(Math.min(last, left / 4) - 1e-6)
      if (hooks + last <= left / 2) expect(end - until.requests).toBeCloseTo(hooks + last)
      if (hooks + last <= left / 2) expect(end - until.hooks).toBeCloseTo(last)
      expect(until.requests).toBeLessThanOrEqual(until.hooks)
      expect(until.hooks).toBeLessThanOrEqual(end)
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 10_000) },
  )
})
