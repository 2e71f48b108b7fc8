import { handler, isSecretParameter } from '@seaworthy/middleware'
import { allowInsecure, any, authenticator, challenge, createPrincipal, optional } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test, vi } from 'vitest'
import { apiKey, type ApiKeyOptions, type KeyPlace } from './index.ts'
import { ask, prize, service, type Answer } from './keys.test-kit.ts'

const { keys, common } = service()
const { key } = await keys.create({}, { owner: 'ann' })
const at = (...places: KeyPlace[]): ReturnType<typeof apiKey> => apiKey({ ...common, in: places })
const sent = (guard: ReturnType<typeof apiKey>, headers: Record<string, string>, init = {}): Promise<Answer> =>
  ask(guard, undefined, { headers, ...init })

describe('headers', () => {
  test('x-api-key and Authorization: ApiKey are looked at (api-key/13)', async () => {
    const guard = apiKey(common)
    for (const headers of [
      { 'x-api-key': key },
      { 'X-API-Key': ` ${key} ` },
      { authorization: `ApiKey ${key}` },
      { authorization: `apikey   ${key}` },
    ]) {
      expect((await sent(guard, headers)).body).toBe(prize)
    }
  })

  test('of another scheme are no credentials, and what is empty is none that are good (api-key/13)', async () => {
    const guard = apiKey(common)
    expect((await sent(guard, { authorization: `Bearer ${key}` })).body).toContain('"missing"')
    expect((await sent(guard, { authorization: `ApiKeys ${key}` })).body).toContain('"missing"')
    for (const headers of [{ authorization: 'ApiKey' }, { authorization: 'ApiKey ' }, { 'x-api-key': '' }]) {
      expect((await sent(guard, headers)).status).toBe(401)
    }
  })

  test('of any name may be chosen, and then no others are looked at (api-key/13)', async () => {
    const own = at({ header: 'x-acme' })
    expect((await sent(own, { 'x-acme': key })).body).toBe(prize)
    expect((await sent(own, { 'x-api-key': key })).body).toContain('"missing"')
    expect((await sent(own, { 'x-acme': key, 'x-api-key': key })).body).toBe(prize)
    expect((await sent(at({ authorization: 'Bearer' }), { authorization: `bearer ${key}` })).body).toBe(prize)
    expect((await sent(apiKey({ ...common, in: 'authorization' }), { authorization: `ApiKey ${key}` })).body).toBe(
      prize,
    )
  })
})

describe('a key in two places', () => {
  test('is 400, whether or not it is good or the same (api-key/14)', async () => {
    const guard = at({ header: 'x-api-key' }, 'authorization', { cookie: '__Host-key' }, { query: 'key' })
    const cookie = `__Host-key=${key}`
    for (const [headers, url] of [
      [{ 'x-api-key': key, authorization: `ApiKey ${key}` }],
      [{ 'x-api-key': 'x', authorization: 'ApiKey y' }],
      [{ 'x-api-key': key, cookie }],
      [{ 'x-api-key': key }, `https://api.test/?key=${key}`],
      [{ 'x-api-key': key }, 'https://api.test/?key='],
      [{ cookie }, `https://api.test/?key=${key}`],
      [{ 'x-api-key': `${key}, ${key}` }],
      [{ authorization: `ApiKey ${key}, ApiKey ${key}` }],
      [{ cookie: `${cookie}; ${cookie}` }],
      [{}, `https://api.test/?key=${key}&key=${key}`],
    ] satisfies [Record<string, string>, string?][]) {
      const { status, body } = await sent(guard, headers, url === undefined ? {} : { url })
      expect([status, body]).toEqual([400, expect.stringContaining('"malformed"')])
    }
    expect((await sent(guard, { cookie })).body).toBe(prize)
  })
})

describe('a cookie', () => {
  const guard = at({ cookie: '__Host-key', origins: ['https://app.example.com'] })
  const headers = { cookie: `other=1; __Host-key=${key}` }

  test('counts unless another site caused the request (api-key/15)', async () => {
    expect((await sent(guard, headers)).body).toBe(prize)
    const post = (more: Record<string, string>): Promise<Answer> =>
      sent(guard, { ...headers, ...more }, { method: 'POST' })
    expect((await post({ origin: 'https://api.test' })).body).toBe(prize)
    expect((await post({ origin: 'https://app.example.com', 'sec-fetch-site': 'same-site' })).body).toBe(prize)
    for (const more of [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://app.example.com.evil.test' },
    ]) {
      expect((await post(more)).status).toBe(401)
    }
    expect((await sent(guard, { ...headers, upgrade: 'websocket', origin: 'https://evil.test' })).status).toBe(401)
  })

  test('that is bad counts as absent under optional(), and is taken away (api-key/15)', async () => {
    const maybe = handler(optional(guard), () => new Response('anonymous'))
    const response = await maybe(new Request('https://api.test/', { headers: { cookie: '__Host-key=old' } }))
    expect(await response.text()).toBe('anonymous')
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-key=; Max-Age=0; Path=\/; Secure/)
    const header = handler(optional(apiKey(common)), () => new Response('anonymous'))
    expect((await header(new Request('https://api.test/', { headers: { 'x-api-key': 'old' } }))).status).toBe(401)
  })
})

describe('the query', () => {
  test('is looked at only when it is asked for (api-key/16)', async () => {
    const url = `https://api.test/a?page=1&acme_key=${key}#part`
    expect((await sent(apiKey(common), {}, { url })).body).toContain('"missing"')
    const guard = at({ query: 'acme_key' })
    expect((await sent(guard, {}, { url })).body).toBe(prize)
    const encoded = `https://api.test/?acme%5Fkey=${key.replaceAll('_', '%5F')}`
    expect((await sent(guard, {}, { url: encoded })).body).toBe(prize)
    for (const url of [
      'https://api.test/',
      'https://api.test/?',
      'https://api.test/?x=%',
      'https://api.test/?Acme_Key=x',
    ]) {
      expect((await sent(guard, {}, { url })).body).toContain('"missing"')
    }
    expect((await sent(guard, {}, { url: 'https://api.test/?acme_key' })).status).toBe(401)
    expect(isSecretParameter('acme_key')).toBe(true)
    expect(isSecretParameter('acme_key2')).toBe(false)
  })

  test('makes the answer private, whatever the handler says, and leaves others alone (api-key/16)', async () => {
    const guard = apiKey({ ...common, in: [{ query: 'key' }, { header: 'x-api-key' }] })
    const app = new Hono().use(guard)
    app.get('/', (c) => c.text('x'))
    app.get('/public', (c) => c.text('x', 200, { 'cache-control': 'public, max-age=60' }))
    app.get('/none', (c) => c.text('x', 200, { 'cache-control': 'no-store' }))
    const read = async (path: string, headers = {}): Promise<string | null> =>
      (await app.request(`https://api.test${path}`, { headers })).headers.get('cache-control')
    expect(await read(`/?key=${key}`)).toBe('private')
    expect(await read(`/public?key=${key}`)).toBe('public, max-age=60, private')
    expect(await read(`/none?key=${key}`)).toBe('no-store, private')
    expect(await read('/?key=x')).toBe('no-store, private')
    expect(await read('/public', { 'x-api-key': key })).toBe('public, max-age=60')
  })
})

describe('plain HTTP', () => {
  test('is 403 without a look at the store (api-key/17)', async () => {
    const { guard, store, keys } = service()
    const made = await keys.create({}, { owner: 'ann' })
    store.calls.length = 0
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect((await ask(guard, made.key, { url: 'http://api.test/' })).body).toContain('"insecure_transport"')
    warn.mockRestore()
    expect(store.calls).toEqual([])
    const open = apiKey({ ...common, [allowInsecure]: true })
    expect((await ask(open, key, { url: 'http://api.test/' })).body).toBe(prize)
  })
})

describe('places', () => {
  test('that are none are refused at construction (api-key/18)', () => {
    const bad: unknown[] = [
      ...[[], [{}], 'cookie', 'query', { header: '' }, { header: 'x api' }, { header: 1 }, { authorization: '' }, null],
      ...[
        { cookie: 'key' },
        { cookie: 7 },
        { query: '' },
        { query: 'a&b' },
        { query: 'a b' },
        [{ query: 'k' }, null],
        7,
      ],
    ]
    for (const place of bad) {
      const options = { ...common, in: place } as ApiKeyOptions
      expect(() => apiKey(options), JSON.stringify(place)).toThrow(
        expect.objectContaining({ code: 'ERR_API_KEY_OPTION' }),
      )
    }
  })

  test('are described in OpenAPI by the first one (api-key/19)', () => {
    expect(at({ header: 'x-acme' }).openapi()).toEqual({ type: 'apiKey', in: 'header', name: 'x-acme' })
    expect(at({ cookie: '__Host-key' }).openapi()).toEqual({ type: 'apiKey', in: 'cookie', name: '__Host-key' })
    expect(at({ query: 'key' }).openapi()).toEqual({ type: 'apiKey', in: 'query', name: 'key' })
    expect(at('authorization').openapi()).toEqual({ type: 'apiKey', in: 'header', name: 'Authorization' })
    expect(at({ authorization: 'Bearer' }).openapi()).toEqual({ type: 'http', scheme: 'bearer' })
    expect(apiKey({ ...common, description: 'Partners' }).openapi()).toEqual({
      type: 'apiKey',
      in: 'header',
      name: 'x-api-key',
      description: 'Partners',
    })
  })
})

describe('beside another scheme of Authorization: Bearer', () => {
  test('each finds its own (api-key/13)', async () => {
    const token = authenticator({
      name: 'token',
      extract: (x) => x.header('authorization')?.replace('Bearer ', ''),
      authenticate: (subject: string) =>
        subject.startsWith('acme')
          ? { denied: { code: 'invalid', reason: 'no token' } }
          : { principal: createPrincipal({ scheme: 'token', subject, claims: null }) },
      challenge: () => challenge('Bearer'),
      openapi: () => ({ type: 'http', scheme: 'bearer' }),
    })
    const either = any(token, apiKey({ ...common, in: { authorization: 'Bearer' } }))
    const app = new Hono().get('/', either, (c) => c.text(either.principal(c).subject))
    for (const [credentials, subject] of [
      [key, 'ann'],
      ['ben', 'ben'],
    ]) {
      const response = await app.request('https://api.test/', { headers: { authorization: `Bearer ${credentials}` } })
      expect(await response.text()).toBe(subject)
    }
  })
})
