import type { Limiter } from '@seaworthy/middleware'
import { memoryStore as limitsInMemory, rateLimit } from '@seaworthy/rate-limit'
import { all, any, authenticator, challenge, createPrincipal, security } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { apiKey } from './index.ts'
import { ask, prize, service } from './keys.test-kit.ts'

/** A limiter that allows so many of each key, and tells what it was asked. */
function limiter(limit: number, isLate = false): Limiter & { readonly asked: string[] } {
  const asked: string[] = []
  const taken = new Map<string, number>()
  return {
    asked,
    consume(key, cost = 1) {
      asked.push(`${key} ${cost}`)
      const count = (taken.get(key) ?? 0) + cost
      const allowed = count <= limit
      if (allowed) taken.set(key, count)
      const decision = { allowed, retryAfter: allowed ? 0 : 42.2 }
      return isLate ? Promise.resolve(decision) : decision
    },
  }
}

describe('limits', () => {
  for (const isLate of [false, true]) {
    test(`answer 429 once a key is over them, ${isLate ? 'late' : 'at once'}, and leave others alone (api-key/41)`, async () => {
      const limits = limiter(2, isLate)
      const { keys, guard } = service({ limits })
      const [one, two] = [await keys.create({}, { owner: 'ann' }), await keys.create({}, { owner: 'ann' })]
      for (const status of [200, 200, 429, 429]) expect((await ask(guard, one.key)).status).toBe(status)
      const { status, body, headers } = await ask(guard, one.key)
      expect([status, body, headers.get('retry-after')]).toEqual([429, expect.stringContaining('"limited"'), '43'])
      expect(headers.get('www-authenticate')).toBe(null)
      expect((await ask(guard, two.key)).body).toBe(prize)
      expect(limits.asked[0]).toBe(`${one.apiKey.id} 1`)
    })
  }

  test('are asked after the key was verified: no other is counted (api-key/41)', async () => {
    const limits = limiter(1)
    const { keys, guard } = service({ limits })
    const { key, apiKey: made } = await keys.create({}, { owner: 'ann' })
    await ask(guard, key)
    await keys.revoke(made.id)
    for (const bad of [undefined, 'x', key]) expect((await ask(guard, bad)).status).toBe(401)
    expect(limits.asked).toHaveLength(1)
  })

  test('take one for each request, however many guards it meets (api-key/41)', async () => {
    const limits = limiter(100)
    const { keys, guard } = service({ limits, cache: true })
    const { key } = await keys.create({}, { owner: 'ann', scopes: ['orders:read'] })
    const free = authenticator({
      name: 'free',
      extract: () => 'anyone',
      authenticate: () => ({ principal: createPrincipal({ scheme: 'free', subject: 'anyone', claims: null }) }),
      challenge: () => challenge('Free'),
      openapi: () => ({ type: 'mutualTLS' }),
    })
    const policy = security({ default: any(all(guard, free), guard) })
    const app = new Hono().use(policy).use(guard).use(guard.scopes('orders:read'))
    app.get('/', policy.method(guard.scopes('orders:read')), (c) => c.text(prize))
    for (let i = 1; i <= 3; i++) {
      const response = await app.request('https://api.test/', { headers: { 'x-api-key': key } })
      expect(await response.text()).toBe(prize)
      expect(limits.asked).toHaveLength(i)
    }
  })

  test('are chosen by the key, or there are none (api-key/42)', async () => {
    const plans: Record<string, ReturnType<typeof limiter>> = { free: limiter(1), pro: limiter(3) }
    const { keys, guard } = service({ limits: ({ limits = '' }) => plans[limits] })
    const count = async (limits?: string): Promise<number> => {
      const { key } = await keys.create({}, { owner: 'ann', ...(limits !== undefined && { limits }) })
      let passed = 0
      for (let i = 0; i < 5; i++) if ((await ask(guard, key)).status === 200) passed++
      return passed
    }
    expect([await count('free'), await count('pro'), await count(), await count('gone')]).toEqual([1, 3, 5, 5])
  })

  test('are not renewed by rotation (api-key/42)', async () => {
    const { keys, guard } = service({ limits: limiter(3) })
    const old = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, old.key)).status).toBe(200)
    const second = await keys.rotate(old.apiKey.id, { grace: '1h' })
    expect((await ask(guard, second.key)).status).toBe(200)
    const third = await keys.rotate(second.apiKey.id, { grace: '1h' })
    expect((await ask(guard, third.key)).status).toBe(200)
    for (const { key } of [old, second, third]) expect((await ask(guard, key)).status).toBe(429)
  })

  test('may be a rate limit, which is a function as well (api-key/42)', async () => {
    const policies = [{ name: 'hourly', limit: 2, window: '1h' }] as const
    const limits = rateLimit({ name: 'keys', by: () => undefined, policies, store: limitsInMemory() })
    const { keys, guard } = service({ limits })
    const { key } = await keys.create({}, { owner: 'ann' })
    for (const status of [200, 200, 429]) expect((await ask(guard, key)).status).toBe(status)
  })

  test('that cannot be asked are 503, and let nobody in (api-key/43)', async () => {
    const throwing = (): never => {
      throw new Error('down')
    }
    for (const consume of [throwing, async () => throwing(), () => undefined as never, () => ({}) as never]) {
      const { keys, guard } = service({ limits: { consume } })
      const { key } = await keys.create({}, { owner: 'ann' })
      const { status, body } = await ask(guard, key)
      expect([429, 503]).toContain(status)
      expect(body).not.toBe(prize)
    }
    const { keys, guard } = service({ limits: throwing })
    expect((await ask(guard, (await keys.create({}, { owner: 'ann' })).key)).status).toBe(503)
  })
})

describe('guessing', () => {
  test('is limited by address, and never charged to a key or for a good one (api-key/44)', async () => {
    const failures = limiter(3)
    const { keys, guard, store, common } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    const policy = security({ default: guard, failures })
    for (let i = 0; i < 5; i++) expect((await ask(policy, key)).status).toBe(200)
    const guess = (await service().keys.create({}, { owner: 'eve' })).key
    for (const bad of [guess, 'x', guess]) expect((await ask(policy, bad)).status).toBe(401)
    failures.consume('192.0.2.7', 1)
    store.calls.length = 0
    failures.asked.length = 0
    expect((await ask(policy, guess)).status).toBe(401)
    expect(failures.asked).toEqual(['192.0.2.7 0', '192.0.2.7 1'])
    const strict = security({
      default: apiKey(common),
      failures: { consume: () => ({ allowed: false, retryAfter: 9 }) },
    })
    store.calls.length = 0
    const { status, headers } = await ask(strict, guess)
    expect([status, headers.get('retry-after'), store.calls]).toEqual([429, '9', []])
  })
})
