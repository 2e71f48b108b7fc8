import { createTestClock } from '@seaworthy/middleware/testing'
import { expect, test } from 'vitest'
import { memoryStore, rateLimit } from './index.ts'

const policies = [{ name: 'p', limit: 1, window: '1h' }] as const

test('it remembers no more keys than told, and forgets the one not seen for longest (rate-limit/21)', () => {
  const store = memoryStore({ max: 3 })
  const limiter = rateLimit({ name: 'it', by: 'address', policies, store })
  for (const key of ['a', 'b', 'c']) limiter.consume(key)
  // A refusal is a use as well: who keeps knocking is not forgotten.
  expect(limiter.consume('a')).toMatchObject({ allowed: false })
  limiter.consume('d')
  expect(store.size).toBe(3)
  expect(limiter.consume('a')).toMatchObject({ allowed: false })
  expect(limiter.consume('b')).toMatchObject({ allowed: true })
})

test('a million keys leave as many as allowed, 100,000 by default (rate-limit/21)', () => {
  const store = memoryStore()
  const limiter = rateLimit({ name: 'it', by: 'address', policies, store })
  for (let i = 0; i < 120_000; i++) limiter.consume(`key ${i}`)
  expect(store.size).toBe(100_000)
  expect(limiter.consume('key 119999')).toMatchObject({ allowed: false })
  expect(limiter.consume('key 1')).toMatchObject({ allowed: true })
})

test('asking and refusing put no key into it (rate-limit/21)', () => {
  const store = memoryStore({ max: 2 })
  const limiter = rateLimit({ name: 'it', by: 'address', policies, store })
  limiter.consume('a')
  for (let i = 0; i < 10; i++) limiter.consume(`asked ${i}`, 0)
  for (let i = 0; i < 10; i++) limiter.consume(`too much ${i}`, 2)
  expect(store.size).toBe(1)
  expect(limiter.consume('a')).toMatchObject({ allowed: false })
})

test('each limiter has a store of its own by default (rate-limit/13)', () => {
  const [a, b] = [1, 2].map(() => rateLimit({ name: 'it', by: 'address', policies }))
  expect([a?.consume('k'), a?.consume('k'), b?.consume('k')]).toMatchObject([
    { allowed: true },
    { allowed: false },
    { allowed: true },
  ])
})

test('a clock that goes back gives nothing, and takes nothing for longer than the window (rate-limit/1)', () => {
  const clock = createTestClock(10_000_000)
  let shift = 0
  const store = memoryStore({ clock: { now: () => clock.now() + shift } })
  const limiter = rateLimit({ name: 'it', by: 'address', policies: [{ name: 'p', limit: 1, window: '1m' }], store })
  limiter.consume('k')
  shift = -5_000_000
  expect(limiter.consume('k')).toMatchObject({ allowed: false, retryAfter: 60 })
  clock.advance('59s')
  expect(limiter.consume('k')).toMatchObject({ allowed: false, retryAfter: 1 })
  clock.advance('1s')
  expect(limiter.consume('k')).toMatchObject({ allowed: true })
})
