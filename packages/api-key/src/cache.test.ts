import { security } from '@seaworthy/security'
import { describe, expect, test } from 'vitest'
import { apiKey, createApiKeys, memoryStore, type ApiKeyStore } from './index.ts'
import { ask, prize, service, type Service } from './keys.test-kit.ts'

const finds = ({ store }: Pick<Service, 'store'>): number => store.calls.filter((call) => call === 'find').length

describe('the cache of verified keys', () => {
  test('spares the store for its time, and is not there unless it is asked for (api-key/45)', async () => {
    const it = service({ cache: { ttl: '10s' } })
    const { key } = await it.keys.create({}, { owner: 'ann' })
    for (let i = 0; i < 5; i++) expect((await ask(it.guard, key)).body).toBe(prize)
    expect(finds(it)).toBe(1)
    expect(it.guard.statistics).toEqual({ hits: 4, misses: 1, entries: 1 })
    it.clock.advance(9_999)
    await ask(it.guard, key)
    expect(finds(it)).toBe(1)
    it.clock.advance(1)
    await ask(it.guard, key)
    expect(finds(it)).toBe(2)
    const plain = service()
    const other = await plain.keys.create({}, { owner: 'ann' })
    for (let i = 0; i < 5; i++) await ask(plain.guard, other.key)
    expect(finds(plain)).toBe(5)
    expect(plain.guard.statistics).toBeUndefined()
  })

  test('keeps a key for 30 s when nothing else is said, and for no longer (api-key/45)', async () => {
    const it = service({ cache: true })
    const { key } = await it.keys.create({}, { owner: 'ann' })
    for (const [advance, expected] of [
      [0, 1],
      [29_999, 1],
      [1, 2],
      [29_999, 2],
      [1, 3],
    ] as const) {
      it.clock.advance(advance)
      expect((await ask(it.guard, key)).body).toBe(prize)
      expect(finds(it)).toBe(expected)
    }
    // A clock that is set back does not prolong it.
    it.clock.advance(29_999)
    const behind = { now: () => it.clock.now() - 100_000 }
    let clock: { now(): number } = it.clock
    const guard = apiKey({ ...it.common, clock: { now: () => clock.now() }, cache: true })
    await ask(guard, key)
    clock = behind
    const before = finds(it)
    await ask(guard, key)
    expect(finds(it)).toBe(before + 1)
  })

  test('counts times, addresses and scopes with every request (api-key/46)', async () => {
    const { keys, guard, clock, store } = service({ cache: true })
    const input = { expiresAt: '2026-01-01T00:00:05Z', addresses: ['192.0.2.7'] }
    const { key } = await keys.create(input, { owner: 'ann', scopes: ['orders:read'] })
    expect((await ask(guard.scopes('orders:read'), key)).body).toBe(prize)
    expect((await ask(guard.scopes('orders:write'), key)).status).toBe(403)
    expect((await ask(guard, key, { peer: '192.0.2.8' })).status).toBe(401)
    clock.advance(4_999)
    expect((await ask(guard, key)).body).toBe(prize)
    clock.advance(1)
    expect((await ask(guard, key)).status).toBe(401)
    expect(store.calls.filter((call) => call === 'find').length).toBeLessThan(4)
  })

  test('keeps nothing that was refused (api-key/46)', async () => {
    const it = service({ cache: true })
    const { key } = await it.keys.create({ notBefore: '2026-01-01T00:00:01Z' }, { owner: 'ann' })
    const unknown = (await service().keys.create({}, { owner: 'eve' })).key
    for (const each of [key, unknown, 'x']) expect((await ask(it.guard, each)).status).toBe(401)
    expect(it.guard.statistics?.entries).toBe(0)
    it.clock.advance('1s')
    expect((await ask(it.guard, key)).body).toBe(prize)
  })

  test('is bounded: the keys that were used last stay (api-key/47)', async () => {
    const it = service({ cache: { max: 3 } })
    const made = await Promise.all(Array.from({ length: 5 }, () => it.keys.create({}, { owner: 'ann' })))
    const [a, b, c, d] = made.map(({ key }) => key)
    for (const key of [a, b, c, a, d, a, c, d]) await ask(it.guard, key)
    expect(it.guard.statistics).toEqual({ hits: 4, misses: 4, entries: 3 })
    await ask(it.guard, b)
    expect(it.guard.statistics).toEqual({ hits: 4, misses: 5, entries: 3 })
  })

  test('is not asked for by a limiter of failures (api-key/45)', async () => {
    const { keys, guard } = service({ cache: true })
    const { key } = await keys.create({}, { owner: 'ann' })
    const asked: number[] = []
    const failures = {
      consume: (_key: string, cost = 1) => {
        asked.push(cost)
        return { allowed: true, retryAfter: 0 }
      },
    }
    const policy = security({ default: guard, failures })
    for (let i = 0; i < 3; i++) expect((await ask(policy, key)).body).toBe(prize)
    expect(asked).toEqual([0])
    expect((await ask(policy, key, { peer: '198.51.100.1' })).body).toBe(prize)
    expect((await ask(policy, 'x')).status).toBe(401)
    expect(asked).toEqual([0, 0, 1])
  })
})

describe('a key that ends', () => {
  /** Two processes would have a store each; within one it is the same. */
  function late(): { store: ApiKeyStore; release(): void; hold(): void } {
    const inner = memoryStore()
    let gate: PromiseWithResolvers<void> | undefined
    return {
      store: {
        ...inner,
        async find(digest) {
          const record = inner.find(digest)
          await gate?.promise
          return record
        },
      },
      hold: () => void (gate = Promise.withResolvers()),
      release: () => gate?.resolve(),
    }
  }

  test('is out of all caches of its store at once when it is revoked (api-key/48)', async () => {
    const { store } = late()
    const { keys, guard, common } = service({ store, cache: true })
    const second = apiKey({ ...common, store, cache: true })
    const other = createApiKeys({ ...common, store, pepper: 'another administration' })
    const [one, two] = [await keys.create({}, { owner: 'ann' }), await keys.create({}, { owner: 'ann' })]
    const wrapped = service({ cache: true })
    const same = apiKey({ ...wrapped.common, cache: true })
    const theirs = await wrapped.keys.create({}, { owner: 'ann' })
    for (const each of [wrapped.guard, same]) expect((await ask(each, theirs.key)).body).toBe(prize)
    await createApiKeys(wrapped.common).revoke(theirs.apiKey.id)
    for (const each of [wrapped.guard, same]) expect((await ask(each, theirs.key)).status).toBe(401)
    for (const { key } of [one, two]) expect((await ask(second, key)).body).toBe(prize)
    await other.revoke(one.apiKey.id)
    expect((await ask(second, one.key)).status).toBe(401)
    expect((await ask(second, two.key)).body).toBe(prize)
    expect((await ask(guard, one.key)).status).toBe(401)
  })

  test('is out of them when it is rotated (api-key/48)', async () => {
    const { keys, guard, clock } = service({ cache: true })
    const old = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, old.key)).body).toBe(prize)
    const created = await keys.rotate(old.apiKey.id, { grace: '5s' })
    expect((await ask(guard, old.key)).body).toBe(prize)
    clock.advance('5s')
    expect((await ask(guard, old.key)).status).toBe(401)
    await keys.rotate(created.apiKey.id, { grace: 0 })
    expect((await ask(guard, created.key)).status).toBe(401)
  })

  test('while it is being looked up is not kept (api-key/48)', async () => {
    const { store, hold, release } = late()
    const { common } = service()
    const keys = createApiKeys({ ...common, store })
    const guard = apiKey({ ...common, store, cache: true })
    const { key, apiKey: made } = await keys.create({}, { owner: 'ann' })
    hold()
    const asked = ask(guard, key)
    await keys.revoke(made.id)
    release()
    // It was asked for before the key was revoked, and may have either answer.
    expect([200, 401]).toContain((await asked).status)
    expect((await ask(guard, key)).status).toBe(401)
    expect(guard.statistics?.entries).toBe(0)
  })

  test('is out of them although the store says that it failed to end it (api-key/48)', async () => {
    const inner = memoryStore()
    const update = async (...change: Parameters<ApiKeyStore['update']>): Promise<boolean> => {
      await inner.update(...change)
      throw new Error('the connection is gone')
    }
    const { keys, guard } = service({ store: { ...inner, update }, cache: true, touchEvery: false })
    const { key, apiKey: made } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).body).toBe(prize)
    await expect(keys.revoke(made.id)).rejects.toThrow('gone')
    expect((await ask(guard, key)).status).toBe(401)
  })
})
