import { middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { ask, askWith, cheapBcrypt, cheapHash, encode, prize } from './forge.test-kit.ts'
import { basicAuth, type StoredUser } from './index.ts'

const hash = await cheapHash('open sesame')
const scopes = { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' } as const
const basic = (credentials: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Basic ${encode(credentials)}` },
})

describe('users', () => {
  test('are hashes by name, or hashes with subject, scopes and claims (basic-auth/22)', async () => {
    const users = {
      ann: { hash, subject: 'user-1', scopes: ['orders:read'], claims: { role: 'admin' } },
      bob: { hash: cheapBcrypt, claims: { role: 'user' } },
    }
    const guard = basicAuth({ realm: 'shop', users, scopes })
    const app = new Hono().get('/', guard, (c) => {
      const { subject, scheme, claims, scopes: granted } = guard.principal(c)
      return c.json({ subject, scheme, claims, scopes: [...granted] })
    })
    const url = 'https://shop.example/'
    expect(await (await app.request(url, basic('ann:open sesame'))).json()).toEqual({
      subject: 'user-1',
      scheme: 'basic',
      claims: { role: 'admin' },
      scopes: ['orders:read'],
    })
    expect(await (await app.request(url, basic('bob:U*U'))).json()).toEqual({
      subject: 'bob',
      scheme: 'basic',
      claims: { role: 'user' },
      scopes: [],
    })
    expect((await ask(guard.scopes('orders:read'), 'ann:open sesame')).body).toBe(prize)
    expect((await ask(guard.scopes('orders:write'), 'ann:open sesame')).status).toBe(403)
    expect((await ask(guard, 'ann:U*U')).status).toBe(401)
    expect((await ask(guard, 'bob:open sesame')).status).toBe(401)
  })

  test('have claims of null where none are given, and cannot be changed (basic-auth/22)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash } })
    const app = new Hono().get('/', guard, (c) =>
      c.json([guard.principal(c).claims, Object.isFrozen(guard.principal(c))]),
    )
    expect(await (await app.request('https://shop.example/', basic('ann:open sesame'))).json()).toEqual([null, true])
  })

  test('that objects inherit are nobody (basic-auth/22)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash } })
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0'])
      for (const password of ['', 'open sesame', 'undefined', 'function Object() { [native code] }'])
        expect((await ask(guard, `${name}:${password}`)).status).toBe(401)
    const named = basicAuth({ realm: 'shop', users: JSON.parse(`{"__proto__": "${hash}"}`) as Record<string, string> })
    expect((await ask(named, '__proto__:open sesame')).body).toBe(prize)
  })

  test('are read at the start: later changes to the options change nothing (basic-auth/22)', async () => {
    const users: Record<string, string> = { ann: hash }
    const guard = basicAuth({ realm: 'shop', users })
    users['eve'] = hash
    delete users['ann']
    expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect((await ask(guard, 'eve:open sesame')).status).toBe(401)
    expect(users).toEqual({ eve: hash })
  })

  test.each(['a:b', 'a\nb', '\u0000', 'a\uD800', 'a\u007F'])(
    'with the name %j are refused at the start (basic-auth/26)',
    (name) => {
      expect(() => basicAuth({ realm: 'shop', users: { ann: hash, [name]: hash } })).toThrow(
        expect.objectContaining({ code: 'ERR_BASIC_AUTH_USER', message: expect.stringContaining('User 2') }),
      )
    },
  )

  test('whose names are one after normalization are refused at the start (basic-auth/26)', () => {
    expect(() => basicAuth({ realm: 'shop', users: { '\u00E9': hash, 'e\u0301': hash } })).toThrow(
      expect.objectContaining({ code: 'ERR_BASIC_AUTH_USER' }),
    )
  })
})

describe('the sources of users', () => {
  const lookup = (): null => null
  const verify = (): null => null

  test('are exactly one (basic-auth/23)', () => {
    const refused = expect.objectContaining({ code: 'ERR_BASIC_AUTH_SOURCE' })
    expect(() => basicAuth({ realm: 'shop' })).toThrow(refused)
    const sources = [{ users: {} }, { htpasswd: '' }, { lookup }, { verify }]
    for (const one of sources) {
      expect(basicAuth({ realm: 'shop', ...one }).scheme).toBe('basic')
      for (const other of sources.filter((each) => each !== one))
        expect(() => basicAuth({ realm: 'shop', ...one, ...other })).toThrow(refused)
    }
  })

  test('that are undefined are not given (basic-auth/23)', () => {
    const users: Record<string, string> | undefined = undefined
    expect(() => basicAuth({ realm: 'shop', ...(users === undefined ? {} : { users }) })).toThrow(
      expect.objectContaining({ code: 'ERR_BASIC_AUTH_SOURCE' }),
    )
  })
})

describe('lookup', () => {
  test.each([true, false])('finds users by name, at once or later: %s (basic-auth/24)', async (later) => {
    const asked: string[] = []
    const found = new Map<string, StoredUser<null>>([['ann', { hash, subject: 'user-1', scopes: ['orders:read'] }]])
    const guard = basicAuth({
      realm: 'shop',
      scopes,
      lookup: (user) => {
        asked.push(user)
        return later ? Promise.resolve(found.get(user)) : found.get(user)
      },
    })
    const app = new Hono().get('/', guard.scopes('orders:read'), (c) => c.text(guard.principal(c).subject))
    for (let i = 0; i < 3; i++)
      expect(await (await app.request('https://shop.example/', basic('ann:open sesame'))).text()).toBe('user-1')
    expect((await ask(guard, 'eve:open sesame')).status).toBe(401)
    expect((await ask(guard, 'ann:open')).status).toBe(401)
    expect(asked).toEqual(['ann', 'ann', 'ann', 'eve', 'ann'])
  })

  test('that gives null or undefined knows nobody, and one that fails is 503 (basic-auth/24)', async () => {
    for (const nobody of [null, undefined])
      for (const lookup of [() => nobody, async () => nobody])
        expect((await ask(basicAuth({ realm: 'shop', lookup }), 'ann:open sesame')).status).toBe(401)
    const throwing = (): never => {
      throw new Error('down')
    }
    for (const lookup of [throwing, async () => throwing()]) {
      const answer = await ask(basicAuth({ realm: 'shop', lookup }), 'ann:open sesame')
      expect(answer).toMatchObject({
        status: 503,
        body: expect.not.stringContaining(prize),
        retryAfter: expect.any(String),
      })
    }
  })

  test('that fails for credentials that are known is 503, and later passes again (basic-auth/24)', async () => {
    for (const later of [true, false]) {
      let down = false
      const lookup = (): { hash: string } | Promise<{ hash: string }> => {
        if (!down) return later ? Promise.resolve({ hash }) : { hash }
        if (later) return Promise.reject(new Error('down'))
        throw new Error('down')
      }
      const guard = basicAuth({ realm: 'shop', lookup })
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      down = true
      expect((await ask(guard, 'ann:open sesame')).status).toBe(503)
      down = false
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      expect(guard.statistics.verifications).toBe(1)
    }
  })

  test('that once answers at once and then later is heard all the same (basic-auth/24)', async () => {
    let call = 0
    const guard = basicAuth({
      realm: 'shop',
      lookup: () => {
        call++
        if (call === 1) return { hash }
        return call === 2 ? Promise.reject(new Error('down')) : Promise.resolve({ hash })
      },
    })
    for (let i = 0; i < 3; i++) expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
    expect(guard.statistics.verifications).toBe(1)
  })
})

describe('verify', () => {
  test('gives the claims, at once or later, and sees the request (basic-auth/25)', async () => {
    const verify = (user: string, password: string, path: string): { role: string } | null =>
      user === 'ann' && password === 'open sesame' && path === '/orders' ? { role: 'admin' } : null
    for (const guard of [
      basicAuth({ realm: 'shop', verify: (user, password, x) => verify(user, password, x.path) }),
      basicAuth({ realm: 'shop', verify: async (user, password, x) => verify(user, password, x.path) }),
    ]) {
      const app = new Hono().get('/:any', guard, (c) =>
        c.json([guard.principal(c).subject, guard.principal(c).claims.role]),
      )
      const ok = await app.request('https://shop.example/orders', basic('ann:open sesame'))
      expect(await ok.json()).toEqual(['ann', 'admin'])
      expect((await app.request('https://shop.example/admin', basic('ann:open sesame'))).status).toBe(401)
      expect((await app.request('https://shop.example/orders', basic('ann:open'))).status).toBe(401)
    }
  })

  test('refuses with null, undefined and false, and lets in with anything else (basic-auth/25)', async () => {
    for (const nobody of [null, undefined, false] as const)
      for (const verify of [() => nobody, async () => nobody])
        expect((await ask(basicAuth({ realm: 'shop', verify }), 'ann:x')).status).toBe(401)
    for (const somebody of [true, {}, 0, ''])
      expect((await ask(basicAuth({ realm: 'shop', verify: () => somebody }), 'ann:x')).body).toBe(prize)
  })

  test('that throws is 503 (basic-auth/25)', async () => {
    const throwing = (): never => {
      throw new Error('down')
    }
    for (const verify of [throwing, async () => throwing()])
      for (const cache of [false, {}] as const)
        expect((await ask(basicAuth({ realm: 'shop', verify, cache }), 'ann:x')).status).toBe(503)
  })

  test('is called as a method of its options (basic-auth/25)', async () => {
    const options = {
      realm: 'shop',
      known: 'ann',
      verify(this: { known: string }, user: string): string | null {
        return user === this.known ? user : null
      },
    }
    expect((await ask(basicAuth(options as Parameters<typeof basicAuth>[0]), 'ann:x')).body).toBe(prize)
  })
})

describe('scopesOf', () => {
  test('gives the scopes of users of files and functions, not of those that have their own (basic-auth/27)', async () => {
    const scopesOf = (user: string): string[] => (user === 'ann' ? ['orders:write'] : [])
    const common = { realm: 'shop', scopes, scopesOf }
    for (const guard of [
      basicAuth({ ...common, htpasswd: `ann:${hash}\nbob:${hash}` }),
      basicAuth({ ...common, users: { ann: hash, bob: hash } }),
      basicAuth({ ...common, lookup: async () => ({ hash }) }),
      basicAuth({ ...common, verify: () => true }),
    ]) {
      const canWrite = guard.scopes('orders:write')
      expect((await ask(canWrite, 'ann:open sesame')).body).toBe(prize)
      expect((await ask(canWrite, 'bob:open sesame')).status).toBe(403)
    }
    const own = basicAuth({ ...common, users: { ann: { hash, scopes: [] } } })
    expect((await ask(own.scopes('orders:write'), 'ann:open sesame')).status).toBe(403)
  })

  test('sees the claims (basic-auth/27)', async () => {
    const guard = basicAuth({
      realm: 'shop',
      scopes,
      verify: () => ({ role: 'admin' }),
      scopesOf: (_user, { role }) => (role === 'admin' ? ['orders:write'] : []),
    })
    expect((await ask(guard.scopes('orders:write'), 'ann:x')).body).toBe(prize)
  })
})

describe('scopesOf that throws', () => {
  test('is 503, also for credentials that are known (basic-auth/24) (basic-auth/27)', async () => {
    let down = false
    const scopesOf = (): string[] => {
      if (down) throw new Error('down')
      return []
    }
    for (const lookup of [() => ({ hash }), async () => ({ hash })]) {
      down = false
      const guard = basicAuth({ realm: 'shop', lookup, scopesOf })
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      down = true
      expect((await ask(guard, 'ann:open sesame')).status).toBe(503)
      down = false
      expect((await ask(guard, 'ann:open sesame')).body).toBe(prize)
      expect(guard.statistics).toMatchObject({ hits: 1, verifications: 1 })
    }
  })
})

describe('a request without credentials', () => {
  test('asks no source (basic-auth/24) (basic-auth/25)', async () => {
    let calls = 0
    const count = (): null => {
      calls++
      return null
    }
    for (const guard of [basicAuth({ realm: 'shop', lookup: count }), basicAuth({ realm: 'shop', verify: count })]) {
      const app = new Hono().use(middleware({ name: 'watch' })).get('/', guard, (c) => c.text(prize))
      expect((await app.request('https://shop.example/')).status).toBe(401)
      expect((await askWith(guard, 'Basic !')).status).toBe(401)
    }
    expect(calls).toBe(0)
  })
})
