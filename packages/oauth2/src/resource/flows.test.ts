import { createTestIssuer } from '@seaworthy/jwt/testing'
import { security } from '@seaworthy/security'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { resourceServer, type FlowOptions } from '../resource.ts'
import { ask } from './ask.test-kit.ts'
import { active, opaqueIssuer } from './opaque-issuer.test-kit.ts'

const issuer = createTestIssuer()
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const authorizationUrl = 'https://id.test/authorize'
const tokenUrl = 'https://id.test/token'
const scopes = { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' }

function service(flows?: FlowOptions, more: object = {}) {
  return resourceServer({ resource: 'https://api.test', jwt, scopes, ...(flows && { flows }), ...more })
}

describe('OpenAPI', () => {
  test('has the four flows, with the scopes of the scheme or their own (oauth2/50)', () => {
    const guard = service(
      {
        authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl },
        clientCredentials: { tokenUrl, scopes: { 'orders:read': 'Reads orders' } },
        password: { tokenUrl },
        implicit: { authorizationUrl },
      },
      { description: 'Orders.' },
    )
    expect(guard.openapi()).toEqual({
      type: 'oauth2',
      description: 'Orders. Tokens of the password and implicit flow are refused (RFC 9700 §2.1.2 and §2.4).',
      flows: {
        authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes },
        clientCredentials: { tokenUrl, scopes: { 'orders:read': 'Reads orders' } },
        password: { tokenUrl, scopes },
        implicit: { authorizationUrl, scopes },
      },
    })
  })

  test('says of old flows that they are refused, and of others nothing (oauth2/50) (oauth2/51)', () => {
    expect(service({ password: { tokenUrl } }).openapi().description).toMatch(/^Tokens of the password flow/)
    expect(service({ clientCredentials: { tokenUrl } }).openapi()).not.toHaveProperty('description')
  })

  test('has tokens in Authorization where no flow is told (oauth2/50)', () => {
    expect(service().openapi()).toEqual({ type: 'http', scheme: 'bearer' })
    expect(service(undefined, { dpop: {} }).openapi()).toEqual({ type: 'http', scheme: 'bearer' })
    expect(service(undefined, { dpop: { required: true } }).openapi()).toEqual({ type: 'http', scheme: 'dpop' })
  })

  test('has the scopes of each operation (oauth2/50)', () => {
    const guard = service({ clientCredentials: { tokenUrl } })
    const policy = security({ default: guard })
    const app = new Hono().use(policy)
    app.get('/orders', policy.method(guard.scopes('orders:read')), (c) => c.text(''))
    const document = { openapi: '3.1.0', paths: { '/orders': { get: {} } } }
    expect(policy.openapi(document, app)).toMatchObject({
      components: { securitySchemes: { oauth2: { type: 'oauth2' } } },
      paths: { '/orders': { get: { security: [{ oauth2: ['orders:read'] }] } } },
    })
  })
})

describe('tokens of grants that must not be used', () => {
  test.each([
    [{ gty: 'password' }, 'password', '2.4'],
    [{ gty: ['refresh_token', 'password'] }, 'password', '2.4'],
    [{ grant_type: 'PASSWORD' }, 'password', '2.4'],
    [{ grantType: 'implicit' }, 'implicit', '2.1.2'],
  ])(
    'are refused with the reason, where the issuer tells the grant: %j (oauth2/51)',
    async (claims, grant, section) => {
      const opaque = opaqueIssuer({ told: active(claims) })
      const guard = resourceServer({ resource: 'https://api.test', jwt, introspection: opaque.options })
      for (const bearer of [issuer.token(claims), 'told', 'told']) {
        const answer = await ask(guard, { bearer })
        expect(answer.status).toBe(401)
        expect(answer.challenge).toContain(
          `error="invalid_token", error_description="tokens of the ${grant} grant are refused (RFC 9700 section ${section})"`,
        )
      }
    },
  )

  test.each([{ gty: 'client-credentials' }, { grant_type: 'authorization_code' }, { gty: 1 }, {}])(
    'are not those of others: %j (oauth2/51)',
    async (claims) => {
      expect((await ask(service(), { bearer: issuer.token(claims) })).status).toBe(200)
    },
  )
})
