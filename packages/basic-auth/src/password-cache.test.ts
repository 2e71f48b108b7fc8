import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { ask, cheapBcrypt, cheapHash, encode, prize } from './forge.test-kit.ts'
import { basicAuth } from './index.ts'

const hash = await cheapHash('open sesame')
const other = await cheapHash('another')
let clock: TestClock
beforeEach(() => {
  clock = createTestClock()
})

describe('the cache', () => {
  test('lets in without a verification, and counts (basic-auth/32)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, clock })
    for (let i = 0; i < 5; i++) expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect(guard.statistics).toEqual({ hits: 4, misses: 1, entries: 1, verifications: 1 })
  })

  test('answers at once, with no promise (basic-auth/32)', async () => {
    for (const source of [{ users: { ann: hash } }, { lookup: () => ({ hash }) }]) {
      const guard = basicAuth({ realm: 'shop', ...source, clock })
      const text = encode('ann:open sesame')
      const x = { header: () => `Basic ${text}` }
      // What the machinery of schemes hands through is all that these functions look at.
      const look = (): unknown => guard.recall?.(guard.extract(x as never), x as never)
      expect(look()).toBeUndefined()
      await ask(guard, 'ann:open sesame')
      expect(look()).toMatchObject({ principal: { subject: 'ann' } })
      expect(look()).not.toHaveProperty('then')
    }
  })

  test('of a lookup that waits saves the hash all the same (basic-auth/32)', async () => {
    const guard = basicAuth({ realm: 'shop', lookup: async () => ({ hash }), clock })
    for (let i = 0; i < 5; i++) expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect(guard.statistics).toEqual({ hits: 4, misses: 1, entries: 1, verifications: 1 })
  })

  test('keeps nothing that failed (basic-auth/33)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, clock })
    for (let i = 0; i < 3; i++)
      for (const credentials of ['ann:wrong', 'eve:open sesame', 'nonsense'])
        expect((await ask(guard, credentials)).status).toBe(401)
    expect(guard.statistics).toEqual({ hits: 0, misses: 6, entries: 0, verifications: 6 })
  })

  test('knows credentials by all of them (basic-auth/34)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash, a: other, '': hash }, clock })
    expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    for (const credentials of [
      'ann:open sesam',
      'ann:open sesame ',
      'an:nopen sesame',
      'a:nn:open sesame',
      'ANN:open sesame',
      ':ann:open sesame',
      'ann::open sesame',
      'a:open sesame',
    ])
      expect((await ask(guard, credentials)).status).toBe(401)
    expect(guard.statistics).toMatchObject({ hits: 0, entries: 1 })
  })

  test('of another guard is another one (basic-auth/34)', async () => {
    expect((await ask(basicAuth({ realm: 'shop', users: { ann: hash } }), 'ann:open sesame')).body).toBe(prize)
    expect((await ask(basicAuth({ realm: 'shop', users: { ann: other } }), 'ann:open sesame')).status).toBe(401)
  })

  test.each([true, false])(
    'ends with the hash: a new password and a user who is gone count at once, waiting: %s (basic-auth/34)',
    async (waits) => {
      let stored: { hash: string } | null = { hash }
      const guard = basicAuth({ realm: 'shop', lookup: () => (waits ? Promise.resolve(stored) : stored), clock })
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      stored = { hash: other }
      expect((await ask(guard, 'ann:open sesame')).status).toBe(401)
      expect((await ask(guard, 'ann:another')).body).toBe(prize)
      stored = null
      expect((await ask(guard, 'ann:another')).status).toBe(401)
      stored = { hash: await cheapHash('open sesame') }
      const before = guard.statistics.verifications
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      expect(guard.statistics.verifications).toBe(before + 1)
    },
  )

  test('does not keep what a user may do, nor who it is (basic-auth/38)', async () => {
    const scopes = { read: 'Reads', write: 'Writes' } as const
    let stored = { hash, subject: 'user-1', scopes: ['read', 'write'] }
    for (const lookup of [() => stored, async () => stored]) {
      stored = { hash, subject: 'user-1', scopes: ['read', 'write'] }
      const guard = basicAuth({ realm: 'shop', scopes, lookup, clock })
      expect((await ask(guard.scopes('write'), 'ann:open sesame')).body).toBe(prize)
      stored = { ...stored, scopes: ['read'] }
      expect((await ask(guard.scopes('write'), 'ann:open sesame')).status).toBe(403)
      expect((await ask(guard.scopes('read'), 'ann:open sesame')).body).toBe(prize)
      expect(guard.statistics.verifications).toBe(1)
    }
  })

  test('holds for 60 seconds, and no longer (basic-auth/35)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, clock })
    await ask(guard, 'ann:open sesame')
    clock.advance('59.999s')
    await ask(guard, 'ann:open sesame')
    expect(guard.statistics).toMatchObject({ hits: 1, verifications: 1 })
    clock.advance('1ms')
    expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect(guard.statistics).toMatchObject({ hits: 1, verifications: 2, entries: 1 })
    clock.advance('60s')
    await ask(guard, 'ann:wrong')
    expect(guard.statistics).toMatchObject({ entries: 1 })
  })

  test('holds as long as is asked for (basic-auth/35)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, clock, cache: { ttl: '1s' } })
    await ask(guard, 'ann:open sesame')
    clock.advance('1s')
    await ask(guard, 'ann:open sesame')
    expect(guard.statistics).toMatchObject({ hits: 0, verifications: 2 })
  })

  test('is bounded: the one that was used longest ago goes (basic-auth/35)', async () => {
    const users = { ann: hash, bob: hash, eve: hash }
    const guard = basicAuth({ realm: 'shop', users, clock, cache: { max: 2 } })
    for (const name of ['ann', 'bob', 'ann', 'eve']) await ask(guard, `${name}:open sesame`)
    expect(guard.statistics).toMatchObject({ hits: 1, entries: 2 })
    await ask(guard, 'ann:open sesame')
    expect(guard.statistics).toMatchObject({ hits: 2 })
    await ask(guard, 'bob:open sesame')
    expect(guard.statistics).toMatchObject({ hits: 2, entries: 2, verifications: 4 })
  })

  test('holds a thousand if nothing else is asked for (basic-auth/35)', async () => {
    const guard = basicAuth({ realm: 'shop', verify: () => true, cache: {}, clock })
    for (let i = 0; i < 1_001; i++) await ask(guard, `user-${i}:x`)
    expect(guard.statistics.entries).toBe(1_000)
  })

  test.each([{ ttl: '61s' }, { ttl: 0 }, { ttl: 60_001 }, { max: 0 }, { max: 1.5 }, { max: -1 }] as const)(
    'is refused at the start with %j (basic-auth/35)',
    (cache) => {
      for (const source of [{ users: {} }, { verify: () => null }])
        expect(() => basicAuth({ realm: 'shop', ...source, cache })).toThrow(
          expect.objectContaining({ code: 'ERR_BASIC_AUTH_OPTION' }),
        )
    },
  )

  test('computes one hash for requests at once, right ones and wrong ones (basic-auth/36)', async () => {
    const users = { ann: hash, bob: cheapBcrypt }
    const guard = basicAuth({ realm: 'shop', users, clock, maxQueued: 8 })
    const right = await Promise.all(Array.from({ length: 30 }, () => ask(guard, 'ann:open sesame')))
    expect(new Set(right.map(({ body }) => body))).toEqual(new Set([prize]))
    expect(guard.statistics).toMatchObject({ verifications: 1, entries: 1 })
    const wrong = await Promise.all(Array.from({ length: 30 }, () => ask(guard, 'ann:wrong')))
    expect(new Set(wrong.map(({ status }) => status))).toEqual(new Set([401]))
    expect(guard.statistics.verifications).toBe(2)
    const mixed = await Promise.all(
      ['ann:x', 'bob:U*U', 'ann:open sesame', 'eve:U*U', 'bob:x'].map((each) => ask(guard, each)),
    )
    expect(mixed.map(({ status }) => status)).toEqual([401, 200, 200, 401, 401])
  })

  test('may be left out (basic-auth/37)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, cache: false })
    for (let i = 0; i < 3; i++) expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect(guard.recall).toBeUndefined()
    expect(guard.statistics).toEqual({ hits: 0, misses: 3, entries: 0, verifications: 3 })
  })
})

describe('verify', () => {
  test('is asked for every request, unless a cache is asked for (basic-auth/37)', async () => {
    for (const [cache, calls] of [
      [undefined, 3],
      [false, 3],
      [{}, 1],
    ] as const) {
      let asked = 0
      const verify = async (): Promise<{ call: number }> => ({ call: ++asked })
      const guard = basicAuth({ realm: 'shop', verify, clock, ...(cache !== undefined && { cache }) })
      for (let i = 0; i < 3; i++) expect((await ask(guard, 'ann:x')).body).toBe(prize)
      expect(asked).toBe(calls)
    }
  })

  test('with a cache is asked once for requests at once, and anew for others (basic-auth/36)', async () => {
    const asked: string[] = []
    const verify = async (user: string, password: string): Promise<string | null> => {
      asked.push(`${user}:${password}`)
      return password === 'right' ? user : null
    }
    const guard = basicAuth({ realm: 'shop', verify, clock, cache: {} })
    await Promise.all(['ann:right', 'ann:right', 'ann:wrong', 'ann:wrong', 'bob:right'].map((each) => ask(guard, each)))
    expect(asked.toSorted()).toEqual(['ann:right', 'ann:wrong', 'bob:right'])
    expect((await ask(guard, 'ann:wrong')).status).toBe(401)
    expect(asked).toHaveLength(4)
    clock.advance('60s')
    await ask(guard, 'ann:right')
    expect(asked).toHaveLength(5)
  })

  test('without a cache is asked for each request by itself, as it sees it (basic-auth/37)', async () => {
    let asked = 0
    const guard = basicAuth({ realm: 'shop', verify: async () => ++asked })
    await Promise.all(Array.from({ length: 5 }, () => ask(guard, 'ann:x')))
    expect(asked).toBe(5)
  })
})
