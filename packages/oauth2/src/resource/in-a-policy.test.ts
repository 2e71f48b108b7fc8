import { remoteJwks } from '@seaworthy/jwt'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { any, security, type AuditEvent } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/serve.ts'
import { resourceServer } from '../resource.ts'
import { ask, prize, type Asked } from './ask.test-kit.ts'
import { active, opaqueIssuer } from './opaque-issuer.test-kit.ts'
import { proofClient } from './proof.test-kit.ts'

const issuer = createTestIssuer()
const resource = 'https://api.test'
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }

test('keys that cannot be had are 503 with Retry-After, never 401 (oauth2/54)', async () => {
  const fetch = async (): Promise<Response> => new Response(null, { status: 500 })
  const jwks = remoteJwks({ url: 'https://issuer.test/jwks', fetch })
  const guard = resourceServer({ resource, jwt: { issuer: issuer.issuer, jwks }, dpop: {} })
  const client = proofClient()
  const token = issuer.token({ cnf: { jkt: client.jkt } })
  for (const asked of [{ bearer: issuer.token() }, { dpop: [token, client.prove({ token })] } as const]) {
    const answer = await ask(guard, asked)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(answer.body).not.toContain(prize)
  }
})

test('revoked is asked for every request, also of tokens that are bound to a key (oauth2/55)', async () => {
  const revoked = new Set<unknown>()
  const guard = resourceServer({ resource, jwt: { ...jwt, revoked: ({ sub }) => revoked.has(sub) }, dpop: {} })
  const client = proofClient()
  const bound = issuer.token({ sub: 'ann', cnf: { jkt: client.jkt } })
  const plain = issuer.token({ sub: 'ann' })
  const statuses = async (): Promise<number[]> => {
    const answers = [
      await ask(guard, { bearer: plain }),
      await ask(guard, { dpop: [bound, client.prove({ token: bound })] }),
    ]
    return answers.map(({ status }) => status)
  }
  expect(await statuses()).toEqual([200, 200])
  expect(await statuses()).toEqual([200, 200])
  revoked.add('ann')
  expect(await statuses()).toEqual([401, 401])
})

test('the audit has the reason, and the same digest for the same token (oauth2/57)', async () => {
  const events: AuditEvent[] = []
  const opaque = opaqueIssuer({ good: active(), other: active(), old: active({ exp: 1 }) })
  const guard = resourceServer({ resource, introspection: opaque.options, dpop: {} })
  const policy = security({ default: guard, audit: (event) => void events.push(event) })
  for (const bearer of ['good', 'good', 'other', 'old', 'bad']) await ask(policy, { bearer })
  await ask(policy, { dpop: ['good', 'x'] })
  await eventually(() => events.length === 6, 'six events')
  expect(events.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
    'allowed',
    'allowed',
    'allowed',
    'expired',
    'not active',
    'not bound to a key',
  ])
  const [first, second, third] = events
  expect(first?.credential).toBeDefined()
  expect(second?.credential).toBe(first?.credential)
  expect(third?.credential).not.toBe(first?.credential)
})

test('questions to the issuer are bounded with the policy: the next one is 503 (oauth2/58)', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const opaque = opaqueIssuer()
  opaque.intercept = async () => {
    await promise
    return Response.json(active())
  }
  const guard = resourceServer({ resource, introspection: opaque.options })
  const policy = security({ default: guard, inFlight: { total: 3 } })
  const running = ['a', 'b', 'c'].map((bearer) => ask(policy, { bearer }))
  expect((await ask(policy, { bearer: 'd' })).status).toBe(503)
  resolve()
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200])
  expect((await ask(policy, { bearer: 'd' })).status).toBe(200)
})

describe('at once, from one address', () => {
  const client = proofClient()
  const failures = { consume: () => ({ allowed: true, retryAfter: 0 }) }

  /** The statuses of as many requests, while the issuer keeps all of them waiting. */
  async function statuses(requests: readonly Asked[]): Promise<number[]> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const opaque = opaqueIssuer()
    opaque.intercept = async () => {
      await promise
      return Response.json(active({ cnf: undefined }))
    }
    const guard = resourceServer({ resource, introspection: opaque.options, dpop: {} })
    const policy = security({ default: guard, failures, inFlight: { perAddress: 2 } })
    const running = requests.map((asked) => ask(policy, asked))
    await eventually(() => opaque.asked.length > 0, 'the question')
    resolve()
    return (await Promise.all(running)).map(({ status }) => status)
  }

  test('one token is one guess (oauth2/58)', async () => {
    expect(await statuses(Array.from({ length: 5 }, () => ({ bearer: 'a' })))).toEqual(Array(5).fill(200))
    expect(await statuses(['a', 'b', 'c'].map((bearer) => ({ bearer })))).toEqual([200, 200, 429])
  })

  test('one token with several proofs is several guesses (oauth2/58)', async () => {
    const proven = Array.from({ length: 3 }, () => ({ dpop: ['a', client.prove({ token: 'a' })] as const }))
    expect(await statuses(proven)).toEqual([401, 401, 429])
  })
})

describe('a service with a stricter part', () => {
  test('has a second guard of another name for it (oauth2/3) (oauth2/49)', async () => {
    const api = resourceServer({ resource, jwt })
    const strict = resourceServer({ name: 'strict', resource, jwt, stepUp: { acr: ['mfa'] } })
    const policy = security({ default: any(api, strict) })
    const app = new Hono().use(policy)
    app.get('/orders', (c) => c.text(prize))
    app.get('/payout', policy.method(strict), (c) => c.text(prize))
    const statusOf = async (path: string, token: string): Promise<number> =>
      (await app.request(path, { headers: { authorization: `Bearer ${token}` } })).status
    expect(await statusOf('/orders', issuer.token())).toBe(200)
    expect(await statusOf('/payout', issuer.token())).toBe(401)
    expect(await statusOf('/payout', issuer.token({ acr: 'mfa' }))).toBe(200)
  })
})

test('principals have the type of the name, the claims and the scopes of the guard (oauth2/53)', async () => {
  const guard = resourceServer({ name: 'partners', resource, jwt, scopes: { read: 'Reads' } })
  const app = new Hono().get('/', guard.scopes('read'), (c) => {
    const scheme: 'partners' = guard.principal(c).scheme
    return c.text(scheme)
  })
  const headers = { authorization: `Bearer ${issuer.token({ scope: 'read' })}` }
  expect(await (await app.request('/', { headers })).text()).toBe('partners')
  // @ts-expect-error the scope is not declared
  expect(() => guard.scopes('write')).toThrow('write')
})
