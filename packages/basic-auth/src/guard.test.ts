import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import { handler, stack, trustProxy } from '@seaworthy/middleware'
import {
  allowInsecure,
  any,
  authenticator,
  challenge,
  createPrincipal,
  headerCredentials,
  optional,
  security,
} from '@seaworthy/security'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { ask, cheapHash, encode, prize } from './forge.test-kit.ts'
import { allowUnsafeHashes, basicAuth } from './index.ts'

const hash = await cheapHash('open sesame')
const users = { ann: { hash, scopes: ['orders:write'] }, bob: hash }
const scopes = { 'orders:write': 'Changes orders' } as const
const guard = basicAuth({ realm: 'shop', users, scopes, description: 'Staff' })
const basic = (credentials: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Basic ${encode(credentials)}` },
})
const url = 'https://shop.example'

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(condition()).toBe(true)
}

describe('the guard', () => {
  test('stands in Hono, in sub-applications and in Fetch, and knows who was let in (basic-auth/44)', async () => {
    const sub = new Hono().get('/', guard.scopes('orders:write'), (c) => c.text(guard.principal(c).subject))
    const app = new Hono().get('/me', guard, (c) => c.text(guard.principal(c).subject)).route('/orders', sub)
    for (const path of ['/me', '/orders']) {
      expect(await (await app.request(url + path, basic('ann:open sesame'))).text()).toBe('ann')
      expect((await app.request(url + path)).status).toBe(401)
    }
    expect((await app.request(`${url}/me`, basic('bob:open sesame'))).status).toBe(200)
    expect((await app.request(`${url}/orders`, basic('bob:open sesame'))).status).toBe(403)
    const fetch = handler(
      stack(trustProxy('loopback'), guard),
      (request) => new Response(guard.principal(request).subject),
    )
    expect(await (await fetch(new Request(url, basic('ann:open sesame')))).text()).toBe('ann')
    expect((await fetch(new Request(url))).status).toBe(401)
  })

  test('stands on a real server, whose sockets carry any password (basic-auth/44)', async () => {
    const password = '\u{1F511} 123\u00A3: "\\'
    const real = basicAuth({ realm: 'shop', users: { 'Zo\u00EB': await cheapHash(password) } })
    const app = new Hono().get('/', real, (c) => c.text(real.principal(c).subject))
    await using server = await serve(app.fetch)
    for (let i = 0; i < 3; i++)
      expect(await (await fetch(server.url, basic(`Zo\u00EB:${password}`))).text()).toBe('Zo\u00EB')
    expect(real.statistics).toMatchObject({ hits: 2, verifications: 1 })
    const refused = await fetch(server.url, basic(`Zo\u00EB:${password} `))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="shop", charset="UTF-8"')
  })

  test('answers a Fetch handler at once for credentials that it knows (basic-auth/32) (basic-auth/44)', async () => {
    const fetch = handler(guard, () => new Response(prize))
    await fetch(new Request(url, basic('ann:open sesame')))
    const response = fetch(new Request(url, basic('ann:open sesame')))
    expect(response).not.toBeInstanceOf(Promise)
  })

  test('is a part of policies, with other schemes beside it (basic-auth/45)', async () => {
    const key = authenticator({
      name: 'key',
      extract: (x) => headerCredentials(x, 'x-key'),
      authenticate: (subject: string) => ({ principal: createPrincipal({ scheme: 'key', subject, claims: null }) }),
      challenge: () => challenge('Key'),
      openapi: () => ({ type: 'apiKey', in: 'header', name: 'x-key' }),
    })
    const policy = security({ default: any(guard, key) })
    const app = new Hono().use(policy).get('/', (c) => c.text(policy.principal(c).scheme))
    expect(await (await app.request(url, basic('ann:open sesame'))).text()).toBe('basic')
    expect(await (await app.request(url, { headers: { 'x-key': 'k' } })).text()).toBe('key')
    const nobody = await app.request(url)
    expect(nobody.status).toBe(401)
    expect(nobody.headers.get('www-authenticate')).toBe('Basic realm="shop", charset="UTF-8", Key')
    expect(policy.openapi({ openapi: '3.1.0', paths: {} }, app)).toMatchObject({
      components: { securitySchemes: { basic: { type: 'http', scheme: 'basic', description: 'Staff' } } },
    })
    expect((await ask(optional(guard))).body).toBe(prize)
    expect((await ask(optional(guard), 'ann:x')).status).toBe(401)
  })

  test('tells the audit of the name, not of the password, by a keyed digest (basic-auth/45)', async () => {
    const events: { credential?: string | undefined; reason?: string | undefined }[] = []
    const audit = { sink: (event: object) => void events.push(event), fingerprintKey: 'k'.repeat(32) }
    const app = new Hono().use(security({ default: guard, audit })).get('/', (c) => c.text(prize))
    for (const credentials of ['ann:open sesame', 'ann:wrong', 'bob:open sesame', 'eve:x', 'nonsense'])
      await app.request(url, basic(credentials))
    await until(() => events.length === 5)
    const [known, wrong, bob, unknown, none] = events
    expect(known?.credential).toBe(wrong?.credential)
    expect(known?.credential).not.toBe(bob?.credential)
    expect(none?.credential).toBeUndefined()
    expect([wrong, unknown, none].map((event) => event?.reason)).toEqual([
      'wrong password',
      'unknown user',
      'no name and password in base64',
    ])
  })

  test('takes no password over plain HTTP, and asks for none there (basic-auth/47)', async () => {
    const { warn } = console
    const warned: unknown[] = []
    console.warn = (text: unknown) => void warned.push(text)
    const app = new Hono().get('/', guard, (c) => c.text(prize))
    for (const init of [basic('ann:open sesame'), {}]) {
      const response = await app.request('http://shop.example/', init)
      expect(response.status).toBe(403)
      expect(response.headers.get('www-authenticate')).toBeNull()
    }
    console.warn = warn
    expect(warned).toEqual([expect.stringContaining('trustProxy()')])
    const open = basicAuth({ realm: 'shop', users, [allowInsecure]: true })
    const insecure = new Hono().get('/', open, (c) => c.text(prize))
    expect(await (await insecure.request('http://shop.example/', basic('ann:open sesame'))).text()).toBe(prize)
  })

  test.each(['', 'all', 'none', 'a b'])('is not made with the name %j (basic-auth/48)', (name) => {
    expect(() => basicAuth({ name, realm: 'shop', users: {} })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_SCHEME' }),
    )
  })

  test('has a name of its own where one is given (basic-auth/48)', async () => {
    const named = basicAuth({ name: 'office', realm: 'shop', users })
    expect(named.scheme).toBe('office')
    const app = new Hono().get('/', named, (c) => c.text(named.principal(c).scheme))
    expect(await (await app.request(url, basic('ann:open sesame'))).text()).toBe('office')
    expect(() => basicAuth({ realm: 'shop', users: {}, scopes: { 'a b': '' } })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_SCOPE' }),
    )
  })
})

describe('nothing of a name, a password or a hash', () => {
  const written: unknown[] = []
  const methods = ['log', 'info', 'warn', 'error', 'debug'] as const
  const originals = methods.map((method) => console[method])
  beforeEach(() => {
    for (const method of methods) console[method] = (...values: unknown[]) => void written.push(...values)
  })
  afterEach(() => {
    methods.forEach((method, i) => {
      console[method] = originals[i] ?? console.log
    })
  })

  test('is in an answer, the audit, an error or on the console (basic-auth/46)', async () => {
    const canary = 'canaryCanaryCanary'
    const encoded = Buffer.from(canary).toString('base64').slice(4, 20)
    const lookup = async (user: string): Promise<{ hash: string } | null> => {
      if (user === 'good') return { hash: await cheapHash(canary) }
      return user === 'bad' ? { hash: `$2b$99$${canary}` } : null
    }
    const scheme = basicAuth({ realm: 'shop', lookup })
    const errors: unknown[] = []
    const policy = security({ default: scheme, audit: (event) => void written.push(event) })
    const app = new Hono().use(policy).get('/', (c) => c.text(prize))
    for (const credentials of [
      `good:${canary}`,
      `good:x${canary}`,
      `bad:${canary}`,
      `${canary}:${canary}`,
      canary,
      `${canary}:\u0000`,
    ]) {
      const response = await app.request(url, basic(credentials))
      written.push(await response.text(), [...response.headers])
    }
    try {
      basicAuth({ realm: 'shop', users: { [canary]: canary } })
    } catch (error) {
      errors.push(inspect(error, { depth: Infinity, showHidden: true }))
    }
    await until(() => written.length === 18)
    const seen = JSON.stringify([...written, ...errors])
    expect(errors).toHaveLength(1)
    expect(seen).not.toContain(canary)
    expect(seen).not.toContain(encoded)
    expect(JSON.stringify([`a planted one: ${canary}`, Buffer.from(canary).toString('base64')])).toContain(encoded)
  })

  test('is on the guard (basic-auth/46)', async () => {
    const canary = await cheapHash('open sesame')
    const options = {
      realm: 'shop',
      users: { canaryName: canary, other: 'canaryPlain' },
      [allowUnsafeHashes]: ['plain'],
    } as const
    const made = basicAuth(options)
    expect((await ask(made, 'canaryName:open sesame')).body).toBe(prize)
    const shown =
      inspect(made, { depth: Infinity, showHidden: true }) + JSON.stringify(made) + JSON.stringify(Object.entries(made))
    for (const secret of [canary, canary.slice(-20), 'canaryName', 'canaryPlain', 'open sesame'])
      expect(shown).not.toContain(secret)
    expect(inspect(options, { depth: Infinity })).toContain('canaryPlain')
  })
})
