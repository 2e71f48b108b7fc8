import type { Limiter } from '@seaworthy/middleware'
import { security } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { ask, cheapBcrypt, cheapHash, encode, prize } from './forge.test-kit.ts'
import { oneOfEach, vectors } from './hash-vectors.test-kit.ts'
import { allowUnsafeHashes, basicAuth, hashPassword } from './index.ts'
import { hashingSlots } from './hashing-slots.ts'
import { listedUsers } from './listed-users.ts'
import { parseHash } from './parse-hash.ts'
import { passwordBytes } from './password-text.ts'

const hash = await cheapHash('open sesame')

describe('an unknown user', () => {
  test.each([
    ['users', { users: { ann: hash } }],
    ['htpasswd', { htpasswd: `ann:${hash}` }],
    ['lookup', { lookup: (user: string) => (user === 'ann' ? { hash } : null) }],
    ['a lookup that waits', { lookup: async (user: string) => (user === 'ann' ? { hash } : null) }],
  ])('costs one verification, as a known one does: %s (basic-auth/28)', async (_source, source) => {
    const guard = basicAuth({ realm: 'shop', ...source, cache: false })
    const costs: number[] = []
    for (const credentials of ['ann:wrong', 'eve:wrong', 'ann:open sesame', 'eve:open sesame', ':', 'nobody:']) {
      const before = guard.statistics.verifications
      await ask(guard, credentials)
      costs.push(guard.statistics.verifications - before)
    }
    expect(costs).toEqual([1, 1, 1, 1, 1, 1])
  })

  test('costs one verification where there are no users at all (basic-auth/28)', async () => {
    const guard = basicAuth({ realm: 'shop', users: {} })
    await ask(guard, 'eve:x')
    expect(guard.statistics.verifications).toBe(1)
  })

  test('is verified by a hash of the kind that users have (basic-auth/28)', () => {
    for (const { hash: text } of vectors) {
      const known = parseHash(text)
      const users = listedUsers([{ name: 'ann', stored: text, hash: known, verdict: { principal: 'ann' } }])
      expect(users.find('eve')).toBeUndefined()
      expect(users.dummyFor('eve')).toMatchObject({
        kind: known.kind,
        outdated: known.outdated,
        maxBytes: known.maxBytes,
      })
    }
  })

  test('shares the kinds where users have several, and each name keeps its own (basic-auth/28)', () => {
    const list = [hash, cheapBcrypt].map((text, i) => ({
      name: `user-${i}`,
      stored: text,
      hash: parseHash(text),
      verdict: { principal: i },
    }))
    const users = listedUsers(list)
    const kinds = Array.from({ length: 200 }, (_, i) => users.dummyFor(`name-${i}`).kind)
    expect(new Set(kinds)).toEqual(new Set(['argon2id', 'bcrypt']))
    expect(Array.from({ length: 200 }, (_, i) => users.dummyFor(`name-${i}`).kind)).toEqual(kinds)
  })

  test('is refused with a long password as a known one is: without a verification, for bcrypt (basic-auth/28)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: cheapBcrypt } })
    for (const name of ['ann', 'eve']) expect((await ask(guard, `${name}:${'x'.repeat(73)}`)).status).toBe(401)
    expect(guard.statistics.verifications).toBe(0)
  })

  test('after a look-up costs what the users cost that were found (basic-auth/28)', async () => {
    const guard = basicAuth({ realm: 'shop', lookup: (user) => (user === 'ann' ? { hash: cheapBcrypt } : null) })
    await ask(guard, 'ann:x')
    const before = guard.statistics.verifications
    await ask(guard, `eve:${'x'.repeat(73)}`)
    await ask(guard, `ann:${'x'.repeat(73)}`)
    expect(guard.statistics.verifications).toBe(before)
  })

  test('cannot be let in: no password matches a dummy (basic-auth/29)', async () => {
    const unsafe = ['apr1', 'sha1', 'plain'] as const
    const texts = [
      ...oneOfEach,
      { hash, password: 'open sesame' },
      { hash: '{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE=', password: 'myPassword' },
      { hash: 'myPassword', password: 'myPassword' },
      { hash: '$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/', password: 'myPassword' },
    ]
    for (const { hash: text, password } of texts) {
      const known = parseHash(text, unsafe)
      expect(await known.matches(passwordBytes(password))).toBe(true)
      expect(await known.dummy().matches(passwordBytes(password))).toBe(false)
      expect(await known.dummy().dummy().matches(passwordBytes(''))).toBe(false)
    }
    const guard = basicAuth({ realm: 'shop', users: { ann: 'myPassword' }, [allowUnsafeHashes]: unsafe })
    for (const credentials of ['eve:myPassword', 'eve:', ':', ':myPassword'])
      expect((await ask(guard, credentials)).status).toBe(401)
  })

  test('is answered as a wrong password is (basic-auth/29)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash } })
    expect(await ask(guard, 'eve:x')).toEqual(await ask(guard, 'ann:x'))
    expect(await ask(guard, 'ann')).toEqual(await ask(guard, 'ann:x'))
  })
})

describe('hashing slots', () => {
  test('are two; eight more wait; the next is 503 with Retry-After (basic-auth/30)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: await hashPassword('open sesame') } })
    const asked = Array.from({ length: 12 }, (_, i) => ask(guard, `ann:wrong ${i}`))
    // Promises alone get this far: a hash takes a turn of the loop.
    for (let i = 0; i < 1_000 && guard.statistics.misses < 12; i++) await Promise.resolve()
    expect(guard.statistics).toMatchObject({ misses: 12, verifications: 2 })
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 503, 503])
    expect(answers[11]).toMatchObject({ retryAfter: '1', body: expect.not.stringContaining('slot') })
    expect(guard.statistics.verifications).toBe(10)
    expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
  })

  test('are as many as is asked for, also none to wait (basic-auth/30)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, maxConcurrent: 1, maxQueued: 0 })
    const answers = await Promise.all(Array.from({ length: 3 }, (_, i) => ask(guard, `ann:wrong ${i}`)))
    expect(answers.map(({ status }) => status)).toEqual([401, 503, 503])
    expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
  })

  test('are bounded for unknown users as well (basic-auth/30)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, maxConcurrent: 1, maxQueued: 1 })
    const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => ask(guard, `eve-${i}:x`)))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 503, 503])
  })

  test('hand over in order, also after work that failed (basic-auth/30)', async () => {
    const slots = hashingSlots(1, 3)
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const first = slots.run(async () => {
      await gate.promise
      order.push('first')
      throw new Error('failed')
    }, 'here')
    const others = ['second', 'third', 'fourth'].map((name) => slots.run(() => order.push(name), 'here'))
    expect(slots.run(() => 1, 'here')).toBeUndefined()
    expect(slots.runIfFree(() => 1)).toBeUndefined()
    gate.resolve()
    await expect(first).rejects.toThrow('failed')
    await Promise.all(others)
    expect(order).toEqual(['first', 'second', 'third', 'fourth'])
    expect(await slots.runIfFree(() => 'free again')).toBe('free again')
  })

  test('are left to others by the address that has the most of them (basic-auth/30)', async () => {
    const slots = hashingSlots(1, 4)
    const done: string[] = []
    const gate = Promise.withResolvers<void>()
    const run = (name: string, address: string) =>
      slots.run(async () => {
        await gate.promise
        done.push(name)
        return name
      }, address)
    const flood = [1, 2, 3, 4, 5].map((i) => run(`flood ${i}`, 'flood'))
    const one = run('one', '192.0.2.1')
    const two = run('two', '192.0.2.2')
    // Now nobody has two places more than whoever comes.
    const more = run('one more', '192.0.2.1')
    expect([run('flood 6', 'flood'), more]).toEqual([undefined, undefined])
    const three = run('three', '192.0.2.3')
    expect(run('four', '192.0.2.4')).toBeUndefined()
    gate.resolve()
    expect(await Promise.all(flood)).toEqual(['flood 1', 'flood 2', undefined, undefined, undefined])
    expect(await Promise.all([one, two, three])).toEqual(['one', 'two', 'three'])
    expect(done).toEqual(['flood 1', 'flood 2', 'one', 'two', 'three'])
  })

  test('are not kept from an honest user by a flood from another address (basic-auth/30)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: await hashPassword('open sesame') } })
    const app = new Hono().get('/', guard, (c) => c.text(prize))
    const as = async (credentials: string, address: string): Promise<number> =>
      (
        await app.request(
          'https://shop.example/',
          { headers: { authorization: `Basic ${encode(credentials)}` } },
          { requestIP: () => ({ address, port: 1 }) },
        )
      ).status
    const flood = Array.from({ length: 60 }, (_, i) => as(`ann:wrong ${i}`, `2001:db8::${i}`))
    expect(await as('ann:open sesame', '192.0.2.7')).toBe(200)
    const statuses = await Promise.all(flood)
    expect(statuses.filter((status) => status === 401)).toHaveLength(9)
    expect(statuses.filter((status) => status === 503)).toHaveLength(51)
  })

  test.each([
    { maxConcurrent: 0 },
    { maxConcurrent: 1.5 },
    { maxConcurrent: Number.NaN },
    { maxQueued: -1 },
    { maxQueued: 0.5 },
    { maxQueued: Infinity },
  ])('that cannot be kept are refused at the start: %j (basic-auth/30)', (bounds) => {
    expect(() => basicAuth({ realm: 'shop', users: {}, ...bounds })).toThrow(
      expect.objectContaining({ code: 'ERR_BASIC_AUTH_OPTION' }),
    )
  })
})

describe('the limiter of failures of a policy', () => {
  /** A limiter that allows a number of failures, and remembers what it was asked. */
  function limiter(limit: number): Limiter & { readonly asked: number[] } {
    const asked: number[] = []
    let used = 0
    return {
      asked,
      consume(_key, cost = 1) {
        asked.push(cost)
        if (cost === 0 ? used >= limit : used + cost > limit) return { allowed: false, retryAfter: 9 }
        used += cost
        return { allowed: true, retryAfter: 0 }
      },
    }
  }

  const build = (failures: Limiter, options: { maxConcurrent?: number; maxQueued?: number } = {}) => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, ...options })
    const app = new Hono().use(security({ default: guard, failures })).get('/', (c) => c.text(prize))
    const as = async (credentials: string): Promise<number> =>
      (await app.request('https://shop.example/', { headers: { authorization: `Basic ${encode(credentials)}` } }))
        .status
    return { guard, as }
  }

  test('is asked before a slot: who is limited costs no hash (basic-auth/31)', async () => {
    const failures = limiter(2)
    const { guard, as } = build(failures)
    expect([await as('ann:a'), await as('eve:b')]).toEqual([401, 401])
    expect(guard.statistics.verifications).toBe(2)
    expect([await as('ann:c'), await as('ann:open sesame')]).toEqual([429, 429])
    expect(guard.statistics).toMatchObject({ verifications: 2, misses: 2 })
    expect(failures.asked).toEqual([0, 1, 0, 1, 0, 0])
  })

  test('is charged for credentials that are none, and asked for nothing that is remembered (basic-auth/31)', async () => {
    const failures = limiter(3)
    const { as } = build(failures)
    expect([await as('ann:open sesame'), await as('nonsense')]).toEqual([200, 401])
    expect(failures.asked).toEqual([0, 0, 1])
    for (let i = 0; i < 5; i++) expect(await as('ann:open sesame')).toBe(200)
    expect(failures.asked).toHaveLength(3)
  })

  test('is not charged when no slot is free (basic-auth/31)', async () => {
    const failures = limiter(10)
    const { as } = build(failures, { maxConcurrent: 1, maxQueued: 0 })
    const statuses = await Promise.all(['ann:a', 'ann:b', 'ann:c'].map(as))
    expect(statuses.toSorted()).toEqual([401, 503, 503])
    expect(failures.asked.filter((cost) => cost > 0)).toEqual([1])
  })
})
