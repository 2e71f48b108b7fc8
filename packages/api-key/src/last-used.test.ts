import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { apiKey, createApiKeys, memoryStore } from './index.ts'
import { ask, nextTurn, prize, service, start } from './keys.test-kit.ts'

describe('the last use of a key', () => {
  test('is written at most once in an interval, after the answer (api-key/33)', async () => {
    const { keys, guard, store, clock } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    store.calls.length = 0
    for (let i = 0; i < 5; i++) expect((await ask(guard, key)).body).toBe(prize)
    await nextTurn()
    expect(store.calls.filter((call) => call === 'update')).toHaveLength(1)
    expect((await keys.list('ann'))[0]?.lastUsedAt).toBe(start)
    clock.advance(59_999)
    await ask(guard, key)
    await nextTurn()
    expect((await keys.list('ann'))[0]?.lastUsedAt).toBe(start)
    clock.advance(1)
    await ask(guard, key)
    await nextTurn()
    expect((await keys.list('ann'))[0]?.lastUsedAt).toBe('2026-01-01T00:01:00.000Z')
    expect(store.calls.filter((call) => call === 'update')).toHaveLength(2)
  })

  test('does not hold a request up, however long it takes to write (api-key/33)', async () => {
    const inner = memoryStore()
    let began = 0
    const update = (): Promise<boolean> => {
      began++
      return new Promise(() => {})
    }
    const { keys, guard } = service({ store: { ...inner, update } })
    const { key } = await keys.create({}, { owner: 'ann' })
    const answer = ask(guard, key)
    expect(began).toBe(0)
    expect((await answer).body).toBe(prize)
    await nextTurn()
    expect(began).toBe(1)
  })

  test('that another process has written is not written again (api-key/33)', async () => {
    const { keys, guard, store, clock, common } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    await ask(guard, key)
    await nextTurn()
    clock.advance('30s')
    store.calls.length = 0
    const other = apiKey(common)
    await ask(other, key)
    await nextTurn()
    expect(store.calls).toEqual(['find'])
    clock.advance('30s')
    await ask(other, key)
    await nextTurn()
    expect(store.calls).toContain('update')
  })

  test('is not that of a refusal, and not written at all when it is not wanted (api-key/33)', async () => {
    const { keys, store, common, clock } = service()
    const { key } = await keys.create({ expiresAt: '2026-01-01T00:00:01Z' }, { owner: 'ann' })
    const quiet = apiKey({ ...common, touchEvery: false })
    expect((await ask(quiet, key)).body).toBe(prize)
    clock.advance('1s')
    expect((await ask(apiKey(common), key)).status).toBe(401)
    await nextTurn()
    expect(store.calls).not.toContain('update')
  })

  test('has an interval of its own choice (api-key/33)', async () => {
    const { keys, store, common, clock } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    const each = apiKey({ ...common, touchEvery: 0 })
    for (let i = 0; i < 3; i++) {
      await ask(each, key)
      clock.advance(1)
      await nextTurn()
    }
    expect(store.calls.filter((call) => call === 'update')).toHaveLength(3)
  })
})

describe('a write that fails', () => {
  const errors: unknown[][] = []
  const original = console.error
  beforeEach(() => {
    console.error = (...values: unknown[]) => void errors.push(values)
  })
  afterEach(() => {
    console.error = original
    errors.length = 0
  })

  for (const [way, update] of [
    ['throws', () => fail()],
    ['rejects', async () => fail()],
  ] as const) {
    test(`because it ${way} is reported once for each outage, and the request passes (api-key/34)`, async () => {
      const inner = memoryStore()
      let isDown = true
      const store = {
        ...inner,
        update: (...args: Parameters<typeof inner.update>) => (isDown ? update() : inner.update(...args)),
      }
      const { keys, guard, clock } = service({ store })
      const { key } = await keys.create({}, { owner: 'ann' })
      for (const [down, reported] of [
        [true, 1],
        [true, 1],
        [false, 1],
        [true, 2],
      ] as const) {
        isDown = down
        expect((await ask(guard, key)).body).toBe(prize)
        await nextTurn()
        expect(errors).toHaveLength(reported)
        clock.advance('1m')
      }
      expect(String(errors[0]?.[0])).toContain('last use')
    })
  }

  test('is told to onError, whatever that does, and not tried again at once (api-key/34)', async () => {
    const told: unknown[] = []
    const inner = memoryStore()
    let tries = 0
    const update = async (): Promise<never> => {
      tries++
      return fail()
    }
    const onError = (error: unknown): void => {
      told.push(error)
      throw new Error('the listener is broken')
    }
    const { keys, guard } = service({ store: { ...inner, update }, onError })
    const { key } = await keys.create({}, { owner: 'ann' })
    for (let i = 0; i < 5; i++) {
      expect((await ask(guard, key)).body).toBe(prize)
      await nextTurn()
    }
    expect(tries).toBe(1)
    expect(told).toEqual([expect.objectContaining({ message: 'the database is down' })])
    expect(String(errors[0]?.[0])).toContain('onError')
  })
})

test('many keys are remembered within bounds, and still written once each (api-key/33)', async () => {
  const { common, store } = service()
  const keys = createApiKeys({ ...common, touchEvery: '1h' })
  const made = await Promise.all(Array.from({ length: 10_050 }, () => keys.create({}, { owner: 'ann' })))
  for (const { key } of made) keys.verify(key)
  await nextTurn()
  for (const { key } of made) keys.verify(key)
  await nextTurn()
  expect(store.calls.filter((call) => call === 'update')).toHaveLength(10_050)
})

function fail(): never {
  throw new Error('the database is down')
}
