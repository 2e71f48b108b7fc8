import { decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose'
import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { createTestClock } from '@seaworthy/middleware/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clientCredentials, type ClientCredentialsOptions } from '../client.ts'
import { jwtResource, secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint } from './start-token-endpoint.test-kit.ts'

let kit: ProviderKit
let service: Service

beforeAll(async () => {
  kit = await startProvider()
})
beforeEach(async () => {
  service = await startService()
})
afterEach(() => service.stop())
afterAll(() => kit.stop())

function clientWith(options: Partial<ClientCredentialsOptions> = {}) {
  return clientCredentials({
    issuer: kit.issuer,
    clientId: 'service-dpop',
    clientAuth: { method: 'client_secret_basic', secret },
    scope: 'orders:read',
    resource: jwtResource,
    dpop: true,
    ...options,
  })
}

/** Each call's token and the claims of its proof, whose signature holds. */
async function proofs(): Promise<{ token: string; claims: Record<string, unknown> }[]> {
  return Promise.all(
    service.asked.map(async ({ headers }) => {
      const [scheme, token = ''] = headers.authorization?.split(' ') ?? []
      expect(scheme).toBe('DPoP')
      const { payload } = await jwtVerify(String(headers['dpop']), EmbeddedJWK, { typ: 'dpop+jwt', maxTokenAge: 60 })
      return { token, claims: payload }
    }),
  )
}

describe('a bound token', () => {
  test('goes with a proof of its key for each call, which the provider bound it to (oauth2/120)', async () => {
    for (const algorithm of ['ES256', 'Ed25519'] as const) {
      service.asked.length = 0
      const client = clientWith({ dpop: { algorithm } })
      await client.fetch(`${service.url}/orders/1?secret=query#hash`)
      await client.fetch(`${service.url}/orders`, { method: 'post' })
      const [first, second] = await proofs()
      expect(first?.claims['htm']).toBe('GET')
      expect(first?.claims['htu']).toBe(`${service.url}/orders/1`)
      expect(first?.claims['ath']).toBe(
        createHash('sha256')
          .update(first?.token ?? '')
          .digest('base64url'),
      )
      expect(second?.claims['htm']).toBe('POST')
      expect(second?.claims['jti']).not.toBe(first?.claims['jti'])
      expect(second?.token).toBe(first?.token ?? '')
      const bound = decodeJwt<{ cnf: { jkt: string } }>(first?.token ?? '')
      expect(bound.cnf.jkt).toHaveLength(43)
      expect(decodeProtectedHeader(String(service.asked[0]?.headers['dpop'])).alg).toMatch(/^(ES256|Ed25519|EdDSA)$/)
    }
  })

  test('is had from a provider that asks for a nonce, at the cost of one more request (oauth2/121)', async () => {
    kit.behaviour.dpopNonces = true
    kit.asked.length = 0
    try {
      expect(await clientWith().accessToken()).toMatch(/^ey/)
      expect(kit.count('POST /token')).toBe(2)
    } finally {
      kit.behaviour.dpopNonces = false
    }
  })

  test('is taken by a service that asks for a nonce, which is remembered for it alone (oauth2/121)', async () => {
    const other = await startService()
    let nonce = 'first'
    service.answer = ({ headers }, response) => {
      const isGood = decodeJwt(String(headers['dpop']))['nonce'] === nonce
      const challenge = { 'dpop-nonce': nonce, 'www-authenticate': 'Bearer, DPoP error="use_dpop_nonce", algs="ES256"' }
      response.writeHead(isGood ? 200 : 401, challenge).end()
    }
    const client = clientWith()
    const statuses: number[] = []
    for (const each of ['first', 'first', 'second', 'second']) {
      nonce = each
      statuses.push((await client.fetch(service.url, { method: 'POST', body: 'order' })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200])
    expect(service.asked).toHaveLength(6)
    await client.fetch(other.url)
    expect(decodeJwt(String(other.asked[0]?.headers['dpop']))['nonce']).toBeUndefined()
    await other.stop()
  })

  test.each(['nonce', 'token'] as const)(
    'that is refused for its %s first, and then for the other, is taken at the third attempt (oauth2/121)',
    async (first) => {
      let refused: string | undefined
      service.answer = ({ headers }, response) => {
        refused ??= headers.authorization
        const problems = {
          nonce: decodeJwt(String(headers['dpop']))['nonce'] !== 'n' && 'use_dpop_nonce',
          token: headers.authorization === refused && 'invalid_token',
        }
        const order = first === 'nonce' ? [problems.nonce, problems.token] : [problems.token, problems.nonce]
        const error = order.find((each) => each !== false)
        if (error === undefined) return void response.end()
        const nonce: Record<string, string> = error === 'use_dpop_nonce' ? { 'dpop-nonce': 'n' } : {}
        response.writeHead(401, { 'www-authenticate': `DPoP error="${error}"`, ...nonce }).end()
      }
      expect((await clientWith().fetch(service.url)).status).toBe(200)
      expect(service.asked).toHaveLength(3)
    },
  )

  test('that goes with a stream is kept when only a nonce was missing, which the next call has (oauth2/121)', async () => {
    kit.asked.length = 0
    service.answer = ({ headers }, response) => {
      const isGood = decodeJwt(String(headers['dpop']))['nonce'] === 'n'
      const challenge = { 'dpop-nonce': 'n', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }
      response.writeHead(isGood ? 200 : 401, challenge).end()
    }
    const client = clientWith()
    const send = async (): Promise<number> =>
      (await client.fetch(new Request(service.url, { method: 'POST', body: 'order' }))).status
    expect([await send(), await send()]).toEqual([401, 200])
    expect(kit.count('POST /token')).toBe(1)
  })

  test('is replaced after a nonce when it was refused; a service that only asks is not asked for ever (oauth2/121)', async () => {
    kit.asked.length = 0
    service.answer = (_asked, response) => {
      response.writeHead(401, { 'dpop-nonce': 'n', 'www-authenticate': 'DPoP error="use_dpop_nonce"' }).end()
    }
    expect((await clientWith().fetch(service.url)).status).toBe(401)
    expect(service.asked).toHaveLength(3)
    expect(kit.count('POST /token')).toBe(2)
  })

  test('has a proof for the address that a redirect within the origin leads to, and none elsewhere (oauth2/120)', async () => {
    const other = await startService()
    service.answer = ({ path }, response) => {
      if (path === '/a') response.writeHead(307, { location: '/b' }).end()
      else response.writeHead(307, { location: `${other.url}/c` }).end()
    }
    await clientWith().fetch(`${service.url}/a`)
    expect((await proofs()).map(({ claims }) => claims['htu'])).toEqual([`${service.url}/a`, `${service.url}/b`])
    expect(other.asked.map(({ headers }) => [headers.authorization, headers['dpop']])).toEqual([[undefined, undefined]])
    await other.stop()
  })

  test('is not taken from a provider that gives one for anybody (oauth2/122)', async () => {
    const careless = await startTokenEndpoint()
    try {
      const attempt = clientWith({ issuer: careless.url }).fetch(service.url)
      await expect(attempt).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
      expect(careless.requests).toHaveLength(1)
      expect(service.asked).toEqual([])
    } finally {
      await careless.stop()
    }
  })

  test('is bound to a key that was given, or to one that cannot be exported (oauth2/123)', async () => {
    const given = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const tokens = await Promise.all([0, 1].map(() => clientWith({ dpop: { keys: given } }).accessToken()))
    const [one, two] = tokens.map((token) => decodeJwt<{ cnf: { jkt: string } }>(token).cnf.jkt)
    expect(one).toBe(two ?? '')
    const own = decodeJwt<{ cnf: { jkt: string } }>(await clientWith().accessToken())
    expect(own.cnf.jkt).not.toBe(one)
    expect(inspect(clientWith(), { depth: Infinity, showHidden: true })).not.toContain('CryptoKey {')
    const { publicKey, privateKey } = given
    for (const keys of [
      { publicKey, privateKey: publicKey },
      { publicKey: privateKey, privateKey },
    ]) {
      expect(() => clientWith({ dpop: { keys } })).toThrow(expect.objectContaining({ code: 'ERR_OAUTH2_OPTION' }))
    }
  })

  test('has proofs by the clock of the options (oauth2/120)', async () => {
    const clock = createTestClock(Date.now() - 10_000)
    await clientWith({ clock }).fetch(service.url)
    const [proof] = await proofs()
    expect(proof?.claims['iat']).toBe(Math.floor(clock.now() / 1000))
  })
})
