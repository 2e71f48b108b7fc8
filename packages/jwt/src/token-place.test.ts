import { denial, optional, security } from '@seaworthy/security'
import { handler } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { jwt } from './index.ts'
import { createTestIssuer } from './testing.ts'

const issuer = createTestIssuer()
const common = { issuer: issuer.issuer, audience: 'https://api.test', jwks: issuer.jwks() }
const token = issuer.token()
const withHeaders = (headers: Record<string, string>, method = 'GET') => ({ headers, method })

describe('Authorization', () => {
  const guard = jwt(common)

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])('%s is the scheme in any case (jwt/36)', async (scheme) => {
    expect((await ask(guard, undefined, withHeaders({ authorization: `${scheme} ${token}` }))).body).toBe(prize)
    expect((await ask(guard, undefined, withHeaders({ authorization: `${scheme}   ${token}` }))).body).toBe(prize)
  })

  test.each(['Foo', 'Basic', 'DPoP', 'Bearer2', 'JWT', 'Token'])(
    '%s with a token is no credentials (jwt/36)',
    async (scheme) => {
      const answer = await ask(guard, undefined, withHeaders({ authorization: `${scheme} ${token}` }))
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer realm="jwt"' })
    },
  )

  test('the token alone is no credentials, an empty one is a bad one (jwt/36)', async () => {
    expect((await ask(guard, undefined, withHeaders({ authorization: token }))).challenge).toBe('Bearer realm="jwt"')
    for (const authorization of ['Bearer', 'Bearer ']) {
      const answer = await ask(guard, undefined, withHeaders({ authorization }))
      expect(answer).toMatchObject({ status: 401, challenge: 'Bearer realm="jwt", error="invalid_token"' })
    }
  })

  test('two tokens in it are 400, two in no order let anybody in (jwt/37)', async () => {
    const request = new Headers([
      ['authorization', `Bearer ${token}`],
      ['authorization', `Bearer ${token}`],
    ])
    const answer = await ask(guard, undefined, { headers: request })
    expect(answer).toMatchObject({ status: 400, challenge: expect.stringContaining('invalid_request') })
    for (const authorization of [
      `Bearer ${token},Bearer x`,
      `Bearer x, Bearer ${token}`,
      `Basic YTpi, Bearer ${token}`,
    ]) {
      expect((await ask(guard, undefined, withHeaders({ authorization }))).status).toBe(400)
    }
  })

  test('a token anywhere else is not looked at (jwt/37)', async () => {
    for (const init of [
      { url: `https://api.test/?access_token=${token}&token=${token}&jwt=${token}` },
      withHeaders({ cookie: `token=${token}; __Host-token=${token}` }),
      withHeaders({
        'x-access-token': token,
        'proxy-authorization': `Bearer ${token}`,
        'x-authorization': `Bearer ${token}`,
      }),
      withHeaders({ upgrade: 'websocket', 'sec-websocket-protocol': `bearer.${token}` }),
      { method: 'POST', body: new URLSearchParams({ access_token: token }) },
    ]) {
      expect(await ask(guard, undefined, init)).toMatchObject({ status: 401, challenge: 'Bearer realm="jwt"' })
    }
  })

  test('plain HTTP is 403 before any look at the token (jwt/38)', async () => {
    const { warn } = console
    console.warn = () => {}
    try {
      expect((await ask(guard, token, { url: 'http://api.test/' })).status).toBe(403)
    } finally {
      console.warn = warn
    }
  })
})

describe('a cookie', () => {
  const guard = jwt({ ...common, extract: { cookie: '__Host-token', origins: ['https://app.test'] } })
  const cookie = `a=b; __Host-token=${token}; c=d`

  test('of a name that only its host can set carries a token (jwt/39)', async () => {
    expect((await ask(guard, undefined, withHeaders({ cookie }))).body).toBe(prize)
    expect((await ask(guard, token)).status).toBe(401)
    expect((await ask(guard, undefined, withHeaders({ cookie: `__Host-token=${token}; __Host-token=x` }))).status).toBe(
      400,
    )
    expect((await ask(guard, undefined, withHeaders({ cookie: `x__Host-token=${token}` }))).status).toBe(401)
    expect((await ask(guard, undefined, withHeaders({ cookie: '__Host-token=x' }))).status).toBe(401)
  })

  test.each(['token', '__host-token', '__Host', '__Host-', '__Secure-a b', '__Host-a;b'])(
    'cannot be named %s (jwt/39)',
    (name) => {
      const options = { ...common, extract: { cookie: name as '__Host-x' } }
      expect(() => jwt(options)).toThrow(expect.objectContaining({ code: 'ERR_JWT_OPTION' }))
    },
  )

  test('counts only when no other site caused the request (jwt/39)', async () => {
    const status = async (method: string, headers: Record<string, string>): Promise<number> =>
      (await ask(guard, undefined, withHeaders({ cookie, ...headers }, method))).status
    expect(await status('POST', { origin: 'https://api.test' })).toBe(200)
    expect(await status('POST', { origin: 'https://app.test' })).toBe(200)
    expect(await status('POST', { 'sec-fetch-site': 'same-origin' })).toBe(200)
    expect(await status('POST', { origin: 'https://evil.test' })).toBe(401)
    expect(await status('POST', { origin: 'null' })).toBe(401)
    expect(await status('DELETE', { 'sec-fetch-site': 'cross-site' })).toBe(401)
    expect(await status('POST', { 'sec-fetch-site': 'same-site' })).toBe(401)
    expect(await status('GET', { origin: 'https://evil.test' })).toBe(200)
    expect(await status('GET', { origin: 'https://evil.test', upgrade: 'websocket' })).toBe(401)
  })

  test('that has expired counts as absent under optional(), and is taken away (jwt/40)', async () => {
    const app = handler(optional(guard), () => new Response(prize))
    const expired = issuer.token({ exp: 1 })
    const response = await app(new Request('https://api.test/', { headers: { cookie: `__Host-token=${expired}` } }))
    expect(await response.text()).toBe(prize)
    expect(response.headers.get('set-cookie')).toBe('__Host-token=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax')
  })

  test('is described in OpenAPI (jwt/32)', () => {
    const policy = security({ default: guard })
    const app = new Hono().use(policy).get('/', (c) => c.text(prize))
    expect(policy.openapi({ openapi: '3.1.0', paths: {} }, app)).toMatchObject({
      components: { securitySchemes: { jwt: { type: 'apiKey', in: 'cookie', name: '__Host-token' } } },
    })
  })
})

describe('a subprotocol', () => {
  const guard = jwt({ ...common, extract: { subprotocol: 'bearer' } })
  const upgrade = (protocols: string, more: Record<string, string> = { upgrade: 'WebSocket' }) =>
    withHeaders({ 'sec-websocket-protocol': protocols, ...more })

  test('of a WebSocket carries a token (jwt/41)', async () => {
    expect((await ask(guard, undefined, upgrade(`chat, bearer.${token}`))).body).toBe(prize)
    expect((await ask(guard, undefined, upgrade(`bearer.${token},chat`))).body).toBe(prize)
    expect((await ask(guard, undefined, upgrade('chat'))).challenge).toBe('Bearer realm="jwt"')
    expect((await ask(guard, undefined, upgrade(`chat, ${token}`))).status).toBe(401)
    expect((await ask(guard, undefined, upgrade(`bearer.${token}, bearer.${token}`))).status).toBe(400)
    expect((await ask(guard, undefined, upgrade(`bearer.${token}`, {}))).status).toBe(401)
    expect((await ask(guard, undefined, upgrade('bearer.x'))).status).toBe(401)
  })

  test.each(['', 'a.b', 'a,b', 'a b'])('cannot be named %j (jwt/41)', (subprotocol) => {
    expect(() => jwt({ ...common, extract: { subprotocol } })).toThrow(
      expect.objectContaining({ code: 'ERR_JWT_OPTION' }),
    )
  })
})

describe('several places', () => {
  const guard = jwt({ ...common, extract: ['authorization', { cookie: '__Host-token' }] })
  const cookie = `__Host-token=${token}`

  test('are looked at, and two tokens in them are 400 (jwt/37)', async () => {
    expect((await ask(guard, token)).body).toBe(prize)
    expect((await ask(guard, undefined, withHeaders({ cookie }))).body).toBe(prize)
    expect((await ask(guard, token, withHeaders({ cookie }))).status).toBe(400)
    expect((await ask(guard)).status).toBe(401)
  })
})

describe('a function', () => {
  test('finds the token where it likes, or refuses (jwt/42)', async () => {
    const guard = jwt({
      ...common,
      extract: (x) => (x.header('x-both') ? denial('malformed', 'both') : x.header('x-token')),
    })
    expect((await ask(guard, undefined, withHeaders({ 'x-token': token }))).body).toBe(prize)
    expect((await ask(guard, token)).status).toBe(401)
    expect((await ask(guard, undefined, withHeaders({ 'x-both': 'yes' }))).status).toBe(400)
  })
})
