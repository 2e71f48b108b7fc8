import { inspect } from 'node:util'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { security } from '@seaworthy/security'
import { describe, expect, test, vi } from 'vitest'
import { OAuth2Error, resourceServer, type ResourceServerOptions } from '../resource.ts'
import { ask } from './ask.test-kit.ts'
import { opaqueIssuer } from './opaque-issuer.test-kit.ts'
import { proofClient } from './proof.test-kit.ts'

const issuer = createTestIssuer()
const resource = 'https://api.test'
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const introspection = opaqueIssuer().options

describe('options', () => {
  test.each<[string, ResourceServerOptions<'oauth2', unknown>]>([
    ['nothing to verify tokens by', { resource }],
    ['a resource that is no address', { resource: 'orders', jwt }],
    ['a resource over plain HTTP', { resource: 'http://api.test', jwt }],
    ['a resource with a fragment', { resource: `${resource}#x`, jwt }],
    ['a resource with a password', { resource: 'https://a:b@api.test', jwt }],
    ['a public address that is none', { resource, jwt, publicUrl: '/orders' }],
    ['introspection of nobody', { resource, introspection: { ...introspection, issuer: '' } }],
    ['introspection over plain HTTP', { resource, introspection: { ...introspection, endpoint: 'http://id.test/' } }],
    ['introspection by no client', { resource, introspection: { ...introspection, clientId: '' } }],
    [
      'introspection without a secret',
      {
        resource,
        introspection: { ...introspection, clientAuth: { method: 'client_secret_basic', secret: '' } },
      },
    ],
    ['no answer to be kept', { resource, introspection: { ...introspection, max: 0 } }],
    ['no audience', { resource, introspection: { ...introspection, audience: [] } }],
    ['a tolerance of hours', { resource, introspection: { ...introspection, clockTolerance: '1h' } }],
    [
      'no issuer to publish',
      {
        resource,
        jwt: { resolveIssuer: { allow: () => true } },
      },
    ],
    ['a header that is none', { resource, jwt, mtls: { from: { header: 'client cert' } } }],
    ['old proofs', { resource, jwt, dpop: { maxAge: '6m' } }],
    ['proofs without an age', { resource, jwt, dpop: { maxAge: 0 } }],
    ['proofs of any time', { resource, jwt, dpop: { clockTolerance: '6m' } }],
    ['proofs without algorithms', { resource, jwt, dpop: { algorithms: [] } }],
    ['proofs by a shared secret', { resource, jwt, dpop: { algorithms: ['ES256', 'HS256'] } }],
    ['a short secret for nonces', { resource, jwt, dpop: { nonce: { secret: 'short' } } }],
    ['nonces for no time', { resource, jwt, dpop: { nonce: { every: 0 } } }],
  ])('that cannot be kept are refused when the guard is made: %s (oauth2/8)', (_name, options) => {
    expect(() => resourceServer(options)).toThrow(OAuth2Error)
  })

  test('are refused by the packages that they belong to (oauth2/8)', () => {
    expect(() => resourceServer({ resource, jwt: { ...jwt, algorithms: [] } })).toThrow('algorithms')
    expect(() => resourceServer({ resource, jwt, realm: 'a\nb' })).toThrow('challenge')
    expect(() => resourceServer({ resource, jwt, scopes: { 'a b': 'A' } })).toThrow('scope')
    expect(() => resourceServer({ resource, introspection: { ...introspection, ttl: '1x' as '1s' } })).toThrow('1x')
  })

  test('for introspection take the issuer of JWTs, and need one (oauth2/8)', async () => {
    const { issuer: _issuer, ...rest } = introspection
    expect(() => resourceServer({ resource, introspection: rest })).toThrow('introspection.issuer')
    expect(() => resourceServer({ resource, jwt, introspection: rest })).not.toThrow()
  })
})

test('nothing of tokens, proofs and secrets is in an answer, the audit, the console or the guard (oauth2/9)', async () => {
  const written: string[] = []
  const spies = (['log', 'warn', 'error', 'info'] as const).map((name) =>
    vi
      .spyOn(console, name)
      .mockImplementation((...words: unknown[]) => void written.push(inspect(words, { depth: 9 }))),
  )
  try {
    const opaque = opaqueIssuer()
    const client = proofClient()
    const secret = 'a secret for nonces that nobody may see'
    const guard = resourceServer({
      resource,
      jwt,
      introspection: { ...opaque.options, clientAuth: { method: 'client_secret_basic', secret: 'hush-hush-hush' } },
      dpop: { nonce: { secret } },
    })
    const events: unknown[] = []
    const policy = security({ default: guard, audit: (event) => void events.push(event) })
    const token = issuer.token({ cnf: { jkt: client.jkt } })
    const proof = client.prove({ token, claims: { jti: 'an-id-of-a-proof' } })
    const answers = [
      await ask(policy, { bearer: token }),
      await ask(policy, { dpop: [token, proof] }),
      await ask(policy, { dpop: [token, `${proof}, ${proof}`] }),
      await ask(policy, { bearer: 'opaque-and-unknown' }),
    ]
    opaque.intercept = () => Promise.reject(new Error('token=opaque-and-failed'))
    answers.push(await ask(policy, { bearer: 'opaque-and-failed' }))
    for (let i = 0; i < 200 && events.length < 5; i++) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(events).toHaveLength(5)
    const seen = inspect([answers.map(({ body, headers }) => [body, [...headers]]), events, written, guard, policy], {
      depth: 12,
      showHidden: true,
    })
    for (const canary of [
      token,
      token.split('.')[2] ?? '',
      proof,
      'an-id-of-a-proof',
      'opaque-and-',
      'hush-hush',
      secret,
    ]) {
      expect(seen).not.toContain(canary)
    }
    // The look would see a secret if there were one.
    expect(inspect({ deep: { within: [{ secret }] } }, { depth: 12 })).toContain(secret)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
})
