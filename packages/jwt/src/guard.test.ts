import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import { handler, stack, trustProxy } from '@seaworthy/middleware'
import { any, optional, security } from '@seaworthy/security'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { createJwtVerifier, jwt, localJwks, remoteJwks } from './index.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'
const issuer = createTestIssuer()
const common = { issuer: issuer.issuer, audience, jwks: issuer.jwks() }
const scopes = { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' } as const
const guard = jwt({ ...common, realm: 'shop', scopes })
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
})

describe('the guard', () => {
  test('stands in Hono, in sub-applications and in Fetch, and knows who was let in (jwt/29)', async () => {
    const token = issuer.token({ sub: 'ann', scope: 'orders:write' })
    const sub = new Hono().get('/', guard.scopes('orders:write'), (c) => c.text(guard.principal(c).subject))
    const app = new Hono().get('/me', guard, (c) => c.text(guard.principal(c).subject)).route('/orders', sub)
    for (const path of ['/me', '/orders']) {
      expect(await (await app.request(path, bearer(token))).text()).toBe('ann')
      expect((await app.request(path)).status).toBe(401)
    }
    const fetch = handler(
      stack(trustProxy('loopback'), guard),
      (request) => new Response(guard.principal(request).subject),
    )
    expect(await (await fetch(new Request('https://api.test/', bearer(token)))).text()).toBe('ann')
    expect((await fetch(new Request('https://api.test/'))).status).toBe(401)
  })

  test('without credentials is 401 with a challenge that names no error (jwt/30)', async () => {
    expect(await ask(guard)).toMatchObject({ status: 401, challenge: 'Bearer realm="shop"' })
    expect((await ask(guard.scopes('orders:read'))).challenge).toBe('Bearer realm="shop", scope="orders:read"')
  })

  test('with a bad token is 401 invalid_token, whatever is wrong with it (jwt/30)', async () => {
    const answers = await Promise.all(
      ['x', 'x.y.z', issuer.token({ aud: 'x' }), issuer.token({ exp: 1 }), createTestIssuer().token()].map((token) =>
        ask(guard, token),
      ),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 401, challenge: 'Bearer realm="shop", error="invalid_token"' })
  })

  test('without the scope is 403 that names it (jwt/30)', async () => {
    const asked = guard.scopes('orders:read', 'orders:write')
    const answer = await ask(asked, issuer.token({ scope: 'orders:read' }))
    expect(answer).toMatchObject({
      status: 403,
      challenge: 'Bearer realm="shop", error="insufficient_scope", scope="orders:read orders:write"',
    })
    expect((await ask(asked, issuer.token({ scope: 'orders:read orders:write' }))).body).toBe(prize)
    expect((await ask(asked, issuer.token({ scope: 'orders:read orders:writes' }))).status).toBe(403)
  })

  test('checks scopes for every request, also of a token that it knows (jwt/31)', async () => {
    const token = issuer.token({ scope: 'orders:read' })
    for (let i = 0; i < 3; i++) {
      expect((await ask(guard, token)).status).toBe(200)
      expect((await ask(guard.scopes('orders:read'), token)).status).toBe(200)
      expect((await ask(guard.scopes('orders:write'), token)).status).toBe(403)
    }
  })

  test('is a part of policies, with its OpenAPI and its audit (jwt/32)', async () => {
    const events: unknown[] = []
    const second = createTestIssuer({ issuer: 'https://second.test' })
    const other = jwt({ name: 'second', issuer: second.issuer, audience, jwks: second.jwks(), description: 'Partners' })
    const policy = security({ default: guard, audit: (event) => void events.push(event) })
    const app = new Hono().use(policy)
    const both = policy.method(any(guard, other))
    app.get('/', both, (c) => c.text(both.principal(c).scheme))
    expect(await (await app.request('/', bearer(issuer.token()))).text()).toBe('jwt')
    expect(await (await app.request('/', bearer(second.token()))).text()).toBe('second')
    expect((await app.request('/', bearer('x'))).status).toBe(401)
    expect(policy.openapi({ openapi: '3.1.0', paths: {} }, app)).toMatchObject({
      components: {
        securitySchemes: {
          jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          second: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Partners' },
        },
      },
    })
    for (let i = 0; i < 100 && events.length < 3; i++) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(events).toHaveLength(3)
  })

  test('asks for a whole function: what revoked, a schema or extract throws is 503 (jwt/33)', async () => {
    const throwing = (): never => {
      throw new Error('down')
    }
    const rejecting = async (): Promise<never> => throwing()
    for (const revoked of [throwing, rejecting]) {
      const answer = await ask(jwt({ ...common, revoked }), issuer.token())
      expect(answer).toMatchObject({ status: 503, body: expect.not.stringContaining(prize) })
    }
  })
})

describe('verifications in flight', () => {
  test('are bounded: the next one is 503, and later ones pass (jwt/34)', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const fetch = async (): Promise<Response> => {
      await promise
      return Response.json(issuer.jwks())
    }
    const policy = security({
      default: jwt({ ...common, jwks: remoteJwks({ url: 'https://issuer.test/jwks', fetch }) }),
      inFlight: { total: 3 },
    })
    const running = [1, 2, 3].map(() => ask(policy, issuer.token()))
    expect(await ask(policy, issuer.token())).toMatchObject({ status: 503, retryAfter: '1' })
    resolve()
    expect((await Promise.all(running)).map(({ body }) => body)).toEqual([prize, prize, prize])
    expect((await ask(policy, issuer.token())).body).toBe(prize)
  })
})

describe('requests with the same token at once', () => {
  /** A policy whose keys come when the test says so. */
  const cold = (revoked?: () => Promise<boolean>) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const fetch = async (): Promise<Response> => {
      await promise
      return Response.json(issuer.jwks())
    }
    const failures = { consume: async () => ({ allowed: true, retryAfter: 0 }) }
    const jwks = remoteJwks({ url: 'https://issuer.test/jwks', fetch })
    const guard = jwt({ ...common, jwks, ...(revoked && { revoked }) })
    return { guard, policy: security({ default: guard, failures, inFlight: { total: 400 } }), resolve }
  }

  test('are let in while the keys are fetched, and verified once (jwt/34)', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify')
    try {
      const { policy, resolve } = cold()
      const token = issuer.token()
      const running = Array.from({ length: 150 }, () => ask(policy, token))
      await new Promise((settle) => setTimeout(settle, 5))
      // They wait for the first, and take no place.
      running.push(...Array.from({ length: 850 }, () => ask(policy, token)))
      resolve()
      expect(new Set((await Promise.all(running)).map(({ status }) => status))).toEqual(new Set([200]))
      expect(verify).toHaveBeenCalledTimes(1)
      await ask(policy, issuer.token())
      expect(verify).toHaveBeenCalledTimes(2)
    } finally {
      verify.mockRestore()
    }
  })

  test('are refused together, and different tokens at once are bounded (jwt/34)', async () => {
    const { policy, resolve } = cold()
    const bad = `${issuer.token().slice(0, -4)}AAAA`
    const running = Array.from({ length: 100 }, () => ask(policy, bad))
    running.push(...Array.from({ length: 63 }, () => ask(policy, issuer.token())))
    await new Promise((settle) => setTimeout(settle, 5))
    expect((await ask(policy, issuer.token())).status).toBe(429)
    resolve()
    const statuses = (await Promise.all(running)).map(({ status }) => status)
    expect(statuses).toEqual([...Array.from({ length: 100 }, () => 401), ...Array.from({ length: 63 }, () => 200)])
  })

  test('ask each for itself whether it is revoked (jwt/34)', async () => {
    const answers = [false, true, false]
    const { policy, resolve } = cold(async () => answers.shift() ?? true)
    const token = issuer.token()
    const running = [1, 2, 3].map(() => ask(policy, token))
    resolve()
    expect((await Promise.all(running)).map(({ status }) => status).toSorted()).toEqual([200, 200, 401])
  })
})

describe('nothing of a token', () => {
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

  test('is in an answer, a denial or on the console (jwt/35)', async () => {
    const canary = 'canaryCanaryCanary'
    const encoded = Buffer.from(`["${canary}"]`).toString('base64url').slice(4, 16)
    const tokens = [
      canary,
      `${canary}.${canary}.${canary}`,
      issuer.token({ jti: canary, sub: canary, aud: canary }),
      issuer.token({ scope: canary, iss: canary }),
      issuer.token({}, { header: { kid: canary, typ: canary, alg: canary } }),
      issuer.token({ sub: canary }),
    ]
    const audited: unknown[] = []
    const policy = security({ default: guard, audit: (event) => void audited.push(event) })
    const verifier = createJwtVerifier(common)
    for (const token of tokens) {
      const answer = await ask(policy, token)
      const verdict = await verifier.verify(token)
      written.push(answer, 'denied' in verdict ? verdict.denied : 'passed')
    }
    console.log('a planted one: ', canary)
    const seen = JSON.stringify([...written, ...audited])
    expect(seen.split(canary)).toHaveLength(2)
    expect(seen).not.toContain(encoded)
    expect(seen).not.toContain('eyJ')
  })
})

describe('the secrets of the options', () => {
  test('are nowhere on the guard, the verifier or the keys (jwt/35)', () => {
    const canary = 'canary-canary-canary-canary-canary'
    const jwks = localJwks({ secret: canary, alg: 'HS256' })
    const encoded = Buffer.from(canary).toString('base64url')
    const options = { issuer: 'https://issuer.test', audience, jwks: [{ secret: canary, alg: 'HS256' as const }] }
    const made = [jwt(options), createJwtVerifier(options), jwks]
    for (const each of made) {
      const shown = inspect(each, { depth: Infinity, showHidden: true })
      expect(shown).not.toContain(canary)
      expect(shown).not.toContain(encoded)
    }
    expect(inspect(options, { depth: Infinity })).toContain(canary)
  })
})

describe('a verifier without a guard', () => {
  test('verifies, recalls and refuses, and never throws for a token (jwt/68)', async () => {
    const verifier = createJwtVerifier(common)
    await verifier.warmUp()
    const presented = { token: issuer.token({ sub: 'ann' }), digest: undefined }
    expect(verifier.recall(presented)).toBeUndefined()
    expect(await verifier.verify(presented)).toMatchObject({ principal: { subject: 'ann' } })
    expect(verifier.recall({ ...presented, digest: undefined })).toMatchObject({ principal: { subject: 'ann' } })
    expect(await verifier.verify('x')).toMatchObject({ denied: { code: 'invalid' } })
    expect(await verifier.check(new AbortController().signal)).toMatchObject({ status: 'pass' })
  })

  test('types other than those of access tokens are verified when they are asked for (jwt/68)', async () => {
    const verifier = createJwtVerifier({ ...common, typ: 'logout+jwt', requiredClaims: ['events'] })
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    const token = issuer.token({ events }, { header: { typ: 'logout+jwt' } })
    expect(await verifier.verify(token)).toHaveProperty('principal')
    expect(await verifier.verify(issuer.token({ events }))).toHaveProperty('denied')
  })
})

describe('optional()', () => {
  test('a bad token is 401 all the same, and none is nobody (jwt/30)', async () => {
    const maybe = optional(guard)
    expect((await ask(maybe)).body).toBe(prize)
    expect((await ask(maybe, 'x')).status).toBe(401)
    expect((await ask(maybe, issuer.token({ exp: 1 }))).status).toBe(401)
  })
})
