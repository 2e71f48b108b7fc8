import { handler, stack, trustProxy } from '@seaworthy/middleware'
import { any, authenticator, challenge, createPrincipal, headerCredentials, security } from '@seaworthy/security'
import { Hono } from 'hono'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { apiKey, createApiKeys, memoryStore, type ApiKeyOptions } from './index.ts'
import { ask, nextTurn, prize, service } from './keys.test-kit.ts'

describe('the guard', () => {
  test('stands in Hono, in sub-applications and in Fetch, and knows who was let in (api-key/20)', async () => {
    const { keys, guard } = service()
    const { key } = await keys.create({}, { owner: 'ann', scopes: ['orders:write'] })
    const init = { headers: { 'x-api-key': key } }
    const sub = new Hono().get('/', guard.scopes('orders:write'), (c) => c.text(guard.principal(c).subject))
    const app = new Hono().get('/me', guard, (c) => c.text(guard.principal(c).subject)).route('/orders', sub)
    for (const path of ['/me', '/orders']) {
      expect(await (await app.request(`https://api.test${path}`, init)).text()).toBe('ann')
      expect((await app.request(`https://api.test${path}`)).status).toBe(401)
    }
    const fetch = handler(
      stack(trustProxy('loopback'), guard),
      (request) => new Response(guard.principal(request).subject),
    )
    expect(await (await fetch(new Request('https://api.test/', init))).text()).toBe('ann')
    expect((await fetch(new Request('https://api.test/'))).status).toBe(401)
  })

  test('answers at once where the store does (api-key/21)', async () => {
    const { keys, guard, common } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    const request = (): Request => new Request('https://api.test/', { headers: { 'x-api-key': key } })
    const fetch = handler(guard, () => new Response(prize))
    expect(fetch(request())).toBeInstanceOf(Response)
    const store = memoryStore()
    const late = { ...store, find: async (digest: string) => common.store.find(digest) }
    const slow = handler(apiKey({ ...common, store: late }), () => new Response(prize))(request())
    expect(slow).toBeInstanceOf(Promise)
    expect((await slow).status).toBe(200)
  })

  test('is a part of policies, with its OpenAPI and its audit (api-key/20)', async () => {
    const { keys, guard } = service()
    const other = authenticator({
      name: 'user',
      extract: (x) => headerCredentials(x, 'x-user'),
      authenticate: (subject: string) => ({ principal: createPrincipal({ scheme: 'user', subject, claims: null }) }),
      challenge: () => challenge('User'),
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-user' }),
    })
    const events: { caller?: string; credential?: string; outcome: string }[] = []
    const either = any(guard, other)
    const policy = security({ default: either, audit: (event) => void events.push(event) })
    const app = new Hono().use(policy).get('/', (c) => c.text(policy.principal(c).scheme))
    const first = await keys.create({}, { owner: 'ann' })
    const second = await keys.create({}, { owner: 'ann' })
    const read = async (headers: Record<string, string>): Promise<string> =>
      (await app.request('https://api.test/', { headers })).text()
    expect(await read({ 'x-api-key': first.key })).toBe('apiKey')
    expect(await read({ 'x-api-key': second.key })).toBe('apiKey')
    expect(await read({ authorization: `ApiKey ${first.key}` })).toBe('apiKey')
    expect(await read({ 'x-user': 'ann' })).toBe('user')
    await nextTurn()
    const [one, two, three, four] = events
    // One owner is one caller, whichever key is used; each key is a credential of its own.
    expect(one?.caller).toBe(two?.caller)
    expect(one?.caller).not.toBe(four?.caller)
    expect(one?.credential).toBe(three?.credential)
    expect(one?.credential).not.toBe(two?.credential)
    expect(policy.openapi({ openapi: '3.1.0', paths: {} }, app)).toMatchObject({
      components: { securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } } },
    })
  })
})

describe('options that cannot be kept', () => {
  const common = { store: memoryStore(), prefix: 'acme_live' }
  const bad: Record<string, object> = {
    'no prefix': { prefix: undefined },
    'an empty prefix': { prefix: '' },
    'a prefix with a space': { prefix: 'acme live' },
    'a prefix that ends in an underscore': { prefix: 'acme_' },
    'a prefix with two underscores': { prefix: 'acme__live' },
    'a prefix with a hyphen': { prefix: 'acme-live' },
    'a long prefix': { prefix: 'a'.repeat(41) },
    'a short pepper': { pepper: 'x'.repeat(15) },
    'an empty pepper': { pepper: '' },
    'a pepper that is none': { pepper: 17 },
    'no store': { store: undefined },
    'a store that is none': { store: {} },
    'a timeout of nothing': { timeout: 0 },
    'an environment that is none': { environment: '' },
  }
  for (const [name, options] of Object.entries(bad)) {
    test(`${name} is refused at construction (api-key/18)`, () => {
      // What the types do not allow has to be refused as well.
      const given = { ...common, ...options } as ApiKeyOptions
      const refused = expect.objectContaining({ code: 'ERR_API_KEY_OPTION' })
      expect(() => apiKey(given)).toThrow(refused)
      expect(() => createApiKeys(given)).toThrow(refused)
    })
  }

  test('a cache without bounds, and limits that are none, are refused at construction (api-key/18)', () => {
    for (const options of [
      ...[{ cache: { ttl: '31s' } }, { cache: { ttl: 0 } }, { cache: { max: 0 } }, { cache: { max: 1.5 } }],
      ...[{ limits: {} }, { limits: 'pro' }],
    ]) {
      const given = { ...common, ...options } as unknown as ApiKeyOptions
      expect(() => apiKey(given)).toThrow(expect.objectContaining({ code: 'ERR_API_KEY_OPTION' }))
    }
    expect(() => apiKey({ ...common, touchEvery: -1 })).toThrow(expect.objectContaining({ code: 'ERR_DURATION' }))
    expect(() => apiKey({ ...common, realm: 'é' })).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_CHALLENGE' }))
    expect(() => apiKey({ ...common, name: 'a b' })).toThrow(expect.objectContaining({ code: 'ERR_SECURITY_SCHEME' }))
  })
})

describe('the secrets of the options', () => {
  test('are nowhere on the guard nor on the administration (api-key/22)', async () => {
    const pepper = 'canary-canary-canary'
    const { keys, guard, store } = service({ pepper, cache: true })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).status).toBe(200)
    const encoded = Buffer.from(pepper).toString('base64url')
    for (const each of [guard, keys, guard.scopes('orders:read'), store]) {
      const shown = inspect(each, { depth: Infinity, showHidden: true })
      for (const secret of [pepper, encoded, key]) expect(shown).not.toContain(secret)
    }
    expect(Object.values(guard)).not.toContain(store)
    expect(inspect({ pepper })).toContain(pepper)
  })
})
