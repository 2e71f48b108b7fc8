import { inspect } from 'node:util'
import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import {
  any,
  authenticator,
  bearerChallenge,
  challenge,
  denial,
  optional,
  security,
  type Denial,
  type Guard,
} from './index.ts'
import { ask, keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const secret = (c: Context): Response => c.text(prize)

/** An application that asks for one requirement. */
function guarded(requirement: Guard<unknown>): Hono {
  return new Hono().use(requirement).get('/', secret)
}

function withHeaders(headers: Record<string, string>): RequestInit {
  return { headers }
}

/** A scheme that always denies. */
function denying(name: string, answer: Denial): Guard<unknown> & { readonly optional?: never } {
  return authenticator({
    name,
    extract: (x) => x.header(`x-${name}`),
    authenticate: () => ({ denied: answer }),
    challenge: (refusal) => challenge(name, { code: refusal.code }),
    openapi: () => ({ type: 'apiKey', in: 'header', name: `x-${name}` }),
  })
}

describe('an answer', () => {
  const app = guarded(any(auth.scopes('write', 'read'), key))

  test('401 names the challenges of all alternatives, and no error when nothing was presented (security/20)', async () => {
    const { headers } = await ask(app, '/')
    expect(headers.get('www-authenticate')).toBe('Token realm="test", scope="write read", ApiKey realm="test"')
    const bad = await ask(app, '/', 'bad')
    expect(bad.headers.get('www-authenticate')).toBe(
      'Token realm="test", error="invalid_token", scope="write read", ApiKey realm="test"',
    )
    const badKey = await ask(app, '/', undefined, withHeaders({ 'x-key': 'bad' }))
    expect(badKey.headers.get('www-authenticate')).not.toContain('error')
  })

  test('401 has a challenge even if the scheme has none (security/20)', async () => {
    const silent = authenticator({
      name: 'silent',
      extract: () => undefined,
      authenticate: () => ({ denied: denial('invalid', '') }),
      challenge: () => '',
      openapi: () => ({ type: 'mutualTLS' }),
    })
    expect((await ask(guarded(silent), '/')).headers.get('www-authenticate')).toBe('silent')
  })

  test('403 names the scopes (security/21)', async () => {
    const { headers, status } = await ask(app, '/', 'ann')
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toBe('Token realm="test", error="insufficient_scope", scope="write read"')
  })

  test.each<[Denial['code'], number]>([
    ['missing', 401],
    ['invalid', 401],
    ['insufficient_auth', 401],
    ['malformed', 400],
    ['insufficient_scope', 403],
    ['insecure_transport', 403],
    ['limited', 429],
    ['unavailable', 503],
  ])('for %s is %i, with a body that says nothing beyond the code (security/22)', async (code, status) => {
    const refused = await ask(
      guarded(denying('no', denial(code, 'the secret reason'))),
      '/',
      undefined,
      withHeaders({ 'x-no': 'canary' }),
    )
    expect(refused.status).toBe(status)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys(JSON.parse(refused.body)).toSorted()).toEqual(['code', 'status', 'title'])
    expect(JSON.parse(refused.body).code).toBe(code)
    expect(JSON.stringify([...refused.headers])).not.toMatch(/secret|canary/)
    expect(refused.headers.get('cache-control')).toBe('no-store')
    if (status === 401) expect(refused.headers.get('www-authenticate')).toBe(`no code="${code}"`)
    if (status === 429 || status === 503) expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('what a verification throws is 503 with Retry-After, and stays inside (security/23)', async () => {
    for (const app2 of [guarded(auth), guarded(optional(auth)), guarded(any(auth, key))]) {
      for (const credentials of ['down', 'gone']) {
        const refused = await ask(app2, '/', credentials)
        expect(refused.status).toBe(503)
        expect(refused.headers.get('retry-after')).toBe('5')
        expect(refused.body).not.toContain('database')
      }
    }
  })

  test('a scheme may answer in its own way (security/24)', async () => {
    const login = authenticator({
      name: 'login',
      extract: () => undefined,
      authenticate: () => ({ denied: denial('invalid', '') }),
      challenge: () => challenge('Cookie'),
      respond: (refusal, x) =>
        refusal.code === 'missing' && x.header('sec-fetch-mode') === 'navigate'
          ? Response.redirect(new URL('/login', x.url))
          : undefined,
      openapi: () => ({ type: 'apiKey', in: 'cookie', name: 'session' }),
    })
    const app2 = guarded(any(auth, login))
    const sent = await ask(app2, '/', undefined, withHeaders({ 'sec-fetch-mode': 'navigate' }))
    expect(sent.status).toBe(302)
    expect((await ask(app2, '/')).status).toBe(401)
  })

  test('stays as it is under a custom onError (security/20)', async () => {
    const custom = new Hono()
      .onError((_e, c) => c.text('mine', 500))
      .use(auth)
      .get('/', secret)
    expect((await ask(custom, '/')).headers.get('www-authenticate')).toContain('Token')
  })

  test('comes before the body is read, and before validation (security/25)', async () => {
    const seen: string[] = []
    const policy = security({ default: auth })
    const app2 = new Hono().use(policy).post(
      '/',
      async (c, next) => {
        seen.push(await c.req.text())
        await next()
      },
      secret,
    )
    const body = new ReadableStream({ pull: () => void seen.push('pulled') }, { highWaterMark: 0 })
    const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    expect((await ask(app2, '/', undefined, init)).status).toBe(401)
    expect(seen).toEqual([])
  })
})

describe('several credentials', () => {
  const app = guarded(any(auth, key))

  test.each([
    'Token ann, Token bob',
    'Token ann,token bob',
    'Token ann, Bearer x',
    'Bearer x, Token ann',
    'Token ann, Basic YTpi',
    'Token ann,,DPoP x',
    'Foo x, ApiKey y',
    'Token ann, Token',
  ])('in one header are 400: %s (security/26)', async (authorization) => {
    const refused = await ask(app, '/', undefined, withHeaders({ authorization }))
    expect(refused.status).toBe(400)
    expect(JSON.parse(refused.body).code).toBe('malformed')
  })

  test('in repeated headers are 400, with a valid key beside them (security/26)', async () => {
    const headers = new Headers({ 'x-key': 'acme' })
    headers.append('authorization', 'Token ann')
    headers.append('authorization', 'Token ann')
    expect((await app.request('/', { headers })).status).toBe(400)
  })

  test.each(['Foo x', 'Tokenx ann', 'Tok ann', 'ann', 'Bearer x', '', 'Token\tann'])(
    'of a foreign scheme alone are none: %j (security/27)',
    async (authorization) => {
      const refused = await ask(app, '/', undefined, withHeaders({ authorization }))
      expect(refused.status).toBe(401)
      expect(JSON.parse(refused.body).code).toBe('missing')
    },
  )

  test('the name of a scheme has no case, and empty credentials are bad ones (security/27)', async () => {
    expect((await ask(app, '/', undefined, withHeaders({ authorization: 'tOKEN   ann' }))).body).toBe(prize)
    const empty = await ask(app, '/', undefined, withHeaders({ authorization: 'Token' }))
    expect(JSON.parse(empty.body).code).toBe('invalid')
  })
})

describe('challenges', () => {
  test('quote by RFC 9110 (security/28)', () => {
    expect(challenge('Basic', { realm: 'a "b" \\ c', charset: 'UTF-8' })).toBe(
      'Basic realm="a \\"b\\" \\\\ c", charset="UTF-8"',
    )
    expect(challenge('X')).toBe('X')
    expect(challenge('X', { a: undefined, b: '' })).toBe('X b=""')
  })

  test('refuse what cannot stand in a header (security/28)', () => {
    const wrong = expect.objectContaining({ code: 'ERR_SECURITY_CHALLENGE' })
    for (const value of ['a\nb', 'a\r', '\u0000', 'é', '\u007f'])
      expect(() => challenge('X', { realm: value })).toThrow(wrong)
    for (const name of ['', 'a b', 'a=']) {
      expect(() => challenge(name, {})).toThrow(wrong)
      expect(() => challenge('X', { [name]: '' })).toThrow(wrong)
    }
  })

  test('of bearer tokens keep to the characters of RFC 6750 (security/28)', () => {
    const wrong = expect.objectContaining({ code: 'ERR_SECURITY_CHALLENGE' })
    expect(() => bearerChallenge(denial('invalid', ''), ['a"b'])).toThrow(wrong)
    expect(bearerChallenge(denial('missing', ''), [])).toBe('Bearer')
    expect(bearerChallenge(denial('malformed', ''), [], { realm: 'r' })).toBe(
      'Bearer realm="r", error="invalid_request"',
    )
    const stepUp = denial('insufficient_auth', '', { parameters: { acr_values: 'phr' } })
    expect(bearerChallenge(stepUp, [])).toBe('Bearer error="insufficient_user_authentication", acr_values="phr"')
  })
})

test('a guard holds nothing of its options but the scheme (security/53)', () => {
  const options = {
    name: 'ticket',
    pepper: 'canary-of-a-secret',
    extract: () => undefined,
    recall: () => undefined,
    authenticate: () => ({ denied: denial('invalid', 'unknown') }),
    challenge: () => 'Ticket',
    openapi: () => ({ type: 'http', scheme: 'ticket' }) as const,
  }
  const guard = authenticator(options)
  expect(Object.keys(guard)).toContain('recall')
  expect(inspect(guard, { showHidden: true, depth: 9 })).not.toContain('canary')
  expect(inspect(Object.assign(guard, { held: options.pepper }), { showHidden: true, depth: 9 })).toContain('canary')
})
