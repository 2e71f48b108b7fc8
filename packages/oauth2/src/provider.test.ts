import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jwtResource, opaqueResource, redirectUri, secret } from './provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from './provider.test-kit.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider()
})
afterAll(() => kit.stop())

async function post(path: string, body: Record<string, string>, client = `web:${secret}`): Promise<Answer> {
  const headers = { authorization: `Basic ${btoa(client)}` }
  return read(await fetch(kit.issuer + path, { method: 'POST', headers, body: new URLSearchParams(body) }))
}

type Answer = Readonly<Record<string, string>>

async function read(response: Response): Promise<Answer> {
  const answer: unknown = await response.json()
  if (!isAnswer(answer)) throw new TypeError('no JSON object')
  return answer
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null
}

function authorizationUrl(more: Record<string, string>): string {
  const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url')
  return `${kit.issuer}/auth?${new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    prompt: 'consent',
    ...more,
  })}`
}

describe('the provider of the tests', () => {
  test.each([
    ['ann', jwtResource, 3],
    ['bob', opaqueResource, 1],
  ] as const)('logs %s in, for %s', async (name, resource, parts) => {
    const scope = 'openid email offline_access orders:read'
    const user = kit.user(name)
    const { url } = await user.visit(authorizationUrl({ scope, resource, state: 's' }))
    expect(`${url.origin}${url.pathname}`).toBe(redirectUri)
    const code = url.searchParams.get('code') ?? ''
    const tokens = await post('/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: 'v'.repeat(43),
    })
    const { access_token = '', refresh_token = '', token_type, id_token = '' } = tokens
    expect(token_type).toBe('Bearer')
    expect(access_token.split('.')).toHaveLength(parts)
    expect(id_token.split('.')).toHaveLength(3)
    const again = await post('/token', { grant_type: 'refresh_token', refresh_token })
    expect(again['token_type']).toBe('Bearer')
    const out = await user.visit(`${kit.issuer}/session/end?client_id=web&post_logout_redirect_uri=https://app.test/`)
    expect(out.url.href).toBe('https://app.test/')
  })

  test('introspects what it has given, and not what it has not', async () => {
    const resource = opaqueResource
    const client = `service:${secret}`
    const given = await post('/token', { grant_type: 'client_credentials', resource, scope: 'orders:read' }, client)
    const { access_token: token = '' } = given
    const told = await post('/token/introspection', { token }, `api:${secret}`)
    expect(told).toMatchObject({ active: true, client_id: 'service', aud: resource, scope: 'orders:read' })
    expect(await post('/token/introspection', { token: 'x' }, `api:${secret}`)).toEqual({ active: false })
  })

  test('has devices approved and refused', async () => {
    for (const answer of ['visit', 'refuse'] as const) {
      const body = new URLSearchParams({ client_id: 'device', scope: 'openid' })
      const begun = await read(await fetch(`${kit.issuer}/device/auth`, { method: 'POST', body }))
      const seen = await kit.user('ann')[answer](begun['verification_uri_complete'] ?? '')
      expect(seen.text).toContain(answer === 'visit' ? 'successful' : 'interrupted')
    }
  })
})
