import { Buffer } from 'node:buffer'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { trustProxy } from '@seaworthy/middleware'
import { createTestClock } from '@seaworthy/middleware/testing'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { security } from '@seaworthy/security'
import { Hono } from 'hono'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { memoryStore, resourceServer, type DpopOptions } from '../resource.ts'
import { ask, prize } from './ask.test-kit.ts'
import { encode, proofClient, type ProofOptions } from './proof.test-kit.ts'

const start = 1_800_000_000_000
let clock = createTestClock(start)
let issuer = createTestIssuer({ clock })
const client = proofClient()
let token = ''

beforeEach(() => {
  clock = createTestClock(start)
  issuer = createTestIssuer({ clock, expiresIn: '1h' })
  token = issuer.token({ cnf: { jkt: client.jkt } })
})

function service(dpop: DpopOptions = {}, more: { publicUrl?: string; resource?: string } = {}) {
  const jwt = { issuer: issuer.issuer, jwks: issuer.jwks(), audience: 'https://api.test' }
  return resourceServer({ resource: 'https://api.test', jwt, dpop, clock, realm: 'shop', ...more })
}

function prove(given: Partial<ProofOptions> = {}): string {
  return client.prove({ token, now: clock.now(), ...given })
}

async function expectInvalidProof(proof: string, given: Parameters<typeof ask>[1] = {}): Promise<void> {
  const answer = await ask(service(), { dpop: [token, proof], ...given })
  expect(answer.status).toBe(401)
  expect(answer.challenge).toMatch(/, DPoP realm="shop", .*error="invalid_dpop_proof"$/)
  expect(answer.challenge.match(/error=/g)).toHaveLength(1)
  expect(answer.body).not.toContain(prize)
}

describe('a bound token with its proof', () => {
  test('lets in, time after time, each with a new proof (oauth2/27) (oauth2/32)', async () => {
    const guard = service()
    for (let i = 0; i < 3; i++) {
      expect(await ask(guard, { dpop: [token, prove()] })).toMatchObject({ status: 200, body: prize })
    }
  })

  test('is refused without a proof, or with several (oauth2/27)', async () => {
    const headers = { authorization: `DPoP ${token}` }
    for (const dpop of [undefined, '', `${prove()}, ${prove()}`, `${prove()},`, `${prove()} `.repeat(2)]) {
      const answer = await ask(service(), { headers: { ...headers, ...(dpop !== undefined && { dpop }) } })
      expect(answer).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_dpop_proof"') })
    }
    const doubled = new Headers(headers)
    doubled.append('dpop', prove())
    doubled.append('dpop', prove())
    expect((await ask(service(), { headers: doubled })).status).toBe(401)
  })
})

describe('the form of a proof', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
    ['no signature', { alg: 'none' }],
    ['a shared secret', { alg: 'HS256' }],
    ['another algorithm than that of the key', { alg: 'RS256' }],
    ['no key', { jwk: undefined }],
    ['a private key', { jwk: client.privateJwk }],
    ['a key of another type', { jwk: { ...client.publicJwk, kty: 'RSA' } }],
    ['a key that is a secret', { jwk: { kty: 'oct', k: 'A'.repeat(64), alg: 'HS256' } }],
    ['a key off its curve', { jwk: { ...client.publicJwk, x: client.publicJwk.y } }],
    ['the key of somebody else', { jwk: proofClient().publicJwk }],
    ['a critical header', { crit: ['b64'] }],
  ])('is refused with %s (oauth2/28)', (_name, header) => expectInvalidProof(prove({ header })))

  test('may write its type in any case, and with application/ (oauth2/28)', async () => {
    for (const typ of ['DPoP+JWT', 'application/dpop+jwt']) {
      expect((await ask(service(), { dpop: [token, prove({ header: { typ } })] })).status).toBe(200)
    }
  })

  test('is refused when it is signed with its own public key as a secret (oauth2/28)', async () => {
    const [, claims = ''] = prove().split('.')
    const text = `${encode({ typ: 'dpop+jwt', alg: 'HS256', jwk: client.publicJwk })}.${claims}`
    for (const secret of [JSON.stringify(client.publicJwk), client.publicJwk.x ?? '']) {
      await expectInvalidProof(`${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`)
    }
  })

  test('is refused when anything of it was changed, or is no token at all (oauth2/28)', async () => {
    const [header = '', claims = '', signature = ''] = prove().split('.')
    const other = encode({ jti: 'x', htm: 'GET', htu: 'https://api.test/', iat: start / 1000 })
    for (const proof of [`${header}.${other}.${signature}`, `${header}.${claims}.`, `${header}.${claims}`, 'x', '..']) {
      await expectInvalidProof(proof)
    }
  })

  test('is refused with an algorithm that is not among those asked for (oauth2/28)', async () => {
    const answer = await ask(service({ algorithms: ['PS256'] }), { dpop: [token, prove()] })
    expect(answer).toMatchObject({ status: 401, challenge: expect.stringContaining('algs="PS256"') })
  })

  test.each<[string, Record<string, unknown>]>([
    ['jti', { jti: undefined }],
    ['a jti with text', { jti: '' }],
    ['a jti that is text', { jti: 1 }],
    ['htm', { htm: undefined }],
    ['htu', { htu: undefined }],
    ['iat', { iat: undefined }],
    ['an iat that is a time', { iat: '1800000000' }],
    ['ath', { ath: undefined }],
  ])('is refused without %s (oauth2/29)', (_name, claims) => expectInvalidProof(prove({ claims })))
})

describe('what a proof is for', () => {
  test.each(['POST', 'get', 'HEAD', ''])('is its method: not %j (oauth2/30)', (htm) =>
    expectInvalidProof(prove({ claims: { htm } })),
  )

  test.each([
    'https://api.test/a',
    'https://api.test//',
    'http://api.test/',
    'https://api.test:8443/',
    'https://api.test.evil.test/',
    'https://evil.test/',
    'https://api.test@evil.test/',
    'https://user@api.test/',
    '//api.test/',
    '/',
    'api.test',
    '',
  ])('is its address: not %j (oauth2/30)', (htu) => expectInvalidProof(prove({ claims: { htu } })))

  test.each([
    ['https://api.test/', 'https://api.test/?page=2'],
    ['https://api.test/?page=1#top', 'https://api.test/?page=2'],
    ['https://api.test', 'https://api.test/'],
    ['HTTPS://API.test:443/', 'https://api.test/'],
    ['https://api.test/a/./b/../c', 'https://api.test/a/c'],
    ['https://api.test/%7Eann/%e2%82%ac', 'https://api.test/~ann/%E2%82%AC'],
    ['https://api.test/a%2Fb', 'https://api.test/a%2fb'],
  ])('is %j for %j, query and spelling aside (oauth2/30)', async (htu, url) => {
    expect((await ask(service(), { url, dpop: [token, prove({ claims: { htu } })] })).status).toBe(200)
  })

  test('keeps apart what is not the same (oauth2/30)', async () => {
    for (const [htu, url] of [
      ['https://api.test/a/b', 'https://api.test/a%2Fb'],
      ['https://api.test/A', 'https://api.test/a'],
      ['https://api.test/a/', 'https://api.test/a'],
    ] as const) {
      await expectInvalidProof(prove({ claims: { htu } }), { url })
    }
  })

  test('does not follow the host that a client writes (oauth2/30)', async () => {
    const url = 'https://evil.test/'
    await expectInvalidProof(prove({ claims: { htu: url } }), { url })
    expect((await ask(service(), { url, dpop: [token, prove()] })).status).toBe(200)
    const headers = {
      authorization: `DPoP ${token}`,
      dpop: prove({ claims: { htu: url } }),
      'x-forwarded-host': 'evil.test',
    }
    expect((await ask([trustProxy({ hops: 1 }), service()], { headers })).status).toBe(401)
  })

  test('has the prefix that a proxy takes away (oauth2/30)', async () => {
    for (const publicUrl of ['https://shop.test/orders', 'https://shop.test/orders/']) {
      const guard = service({}, { publicUrl })
      const right = prove({ claims: { htu: 'https://shop.test/orders/7' } })
      expect((await ask(guard, { url: 'https://inside.test/7', dpop: [token, right] })).status).toBe(200)
      const wrong = prove({ claims: { htu: 'https://inside.test/7' } })
      expect((await ask(guard, { url: 'https://inside.test/7', dpop: [token, wrong] })).status).toBe(401)
    }
  })

  test.each([
    [-64, 200],
    [-65, 401],
    [5, 200],
    [6, 401],
    [1e9, 401],
    [start, 401],
  ])('was made now: %d s from now is %d (oauth2/31)', async (offset, status) => {
    const proof = prove({ claims: { iat: start / 1000 + offset } })
    expect((await ask(service(), { dpop: [token, proof] })).status).toBe(status)
  })

  test('was made within the time that is asked for (oauth2/31)', async () => {
    const guard = service({ maxAge: '5m', clockTolerance: '1m' })
    for (const [offset, status] of [
      [-359, 200],
      [-360, 401],
      [60, 200],
      [61, 401],
    ] as const) {
      const proof = prove({ claims: { iat: start / 1000 + offset } })
      expect((await ask(guard, { dpop: [token, proof] })).status).toBe(status)
    }
  })

  test('is its token: neither another of the same key nor none (oauth2/32)', async () => {
    const other = issuer.token({ sub: 'bob', cnf: { jkt: client.jkt } })
    await expectInvalidProof(prove({ token: other }))
    await expectInvalidProof(prove({ claims: { ath: '' } }))
  })

  test('is a token of its key: with another it is an invalid token (oauth2/32)', async () => {
    const thief = proofClient().prove({ token, now: clock.now() })
    const answer = await ask(service(), { dpop: [token, thief] })
    expect(answer).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
  })

  test('may be signed with RSA and Ed25519 (oauth2/28)', async () => {
    for (const alg of ['PS256', 'RS256', 'EdDSA', 'ES384'] as const) {
      const { publicKey, privateKey } = keyPairFor(alg)
      const jwk = publicKey.export({ format: 'jwk' })
      const bound = issuer.token({ cnf: { jkt: await calculateJwkThumbprint({ ...jwk, kty: String(jwk.kty) }) } })
      const [, claims = ''] = client.prove({ token: bound, now: clock.now() }).split('.')
      const read: Record<string, unknown> = JSON.parse(Buffer.from(claims, 'base64url').toString())
      const proof = await new SignJWT(read).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk }).sign(privateKey)
      expect((await ask(service(), { dpop: [bound, proof] })).status).toBe(200)
    }
  })
})

function keyPairFor(alg: 'PS256' | 'RS256' | 'EdDSA' | 'ES384') {
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  if (alg === 'ES384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

describe('a proof that was used', () => {
  test('is refused, for as long as it is young enough (oauth2/33)', async () => {
    const guard = service()
    const proof = prove({ claims: { iat: start / 1000 + 5 } })
    expect((await ask(guard, { dpop: [token, proof] })).status).toBe(200)
    for (let second = 0; second < 75; second += 5) {
      expect(await ask(guard, { dpop: [token, proof] })).toMatchObject({
        status: 401,
        challenge: expect.stringContaining('error="invalid_dpop_proof"'),
      })
      clock.advance('5s')
    }
  })

  test('is refused in a race: of many at once one is let in (oauth2/33)', async () => {
    const guard = service()
    const proof = prove()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(guard, { dpop: [token, proof] })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19)
  })

  test('is refused by every guard with the same store (oauth2/33)', async () => {
    const replay = memoryStore({ clock })
    const proof = prove()
    expect((await ask(service({ replay }), { dpop: [token, proof] })).status).toBe(200)
    expect((await ask(service({ replay }), { dpop: [token, proof] })).status).toBe(401)
    expect((await ask(service(), { dpop: [token, proof] })).status).toBe(200)
  })

  test('is known by its key, address and id, whatever else is in it (oauth2/33)', async () => {
    const guard = service()
    const claims = { jti: 'the same' }
    expect((await ask(guard, { dpop: [token, prove({ claims })] })).status).toBe(200)
    expect((await ask(guard, { dpop: [token, prove({ claims: { ...claims, x: 1 } })] })).status).toBe(401)
    const url = 'https://api.test/2'
    expect((await ask(guard, { url, dpop: [token, prove({ claims: { ...claims, htu: url } })] })).status).toBe(200)
    const other = proofClient()
    const theirs = issuer.token({ cnf: { jkt: other.jkt } })
    const proof = other.prove({ token: theirs, now: clock.now(), claims })
    expect((await ask(guard, { dpop: [theirs, proof] })).status).toBe(200)
  })

  test('is used up by the request that it was made for, and by no other (oauth2/34)', async () => {
    const guard = service()
    const proof = prove()
    expect((await ask(guard, { dpop: ['x', proof] })).status).toBe(401)
    expect((await ask(guard, { method: 'POST', dpop: [token, proof] })).status).toBe(401)
    expect((await ask(guard, { url: 'https://api.test/2', dpop: [token, proof] })).status).toBe(401)
    const thief = issuer.token({ cnf: { jkt: proofClient().jkt } })
    expect((await ask(guard, { dpop: [thief, proof] })).status).toBe(401)
    expect((await ask(guard, { dpop: [token, proof] })).status).toBe(200)
  })
})

describe('nonces', () => {
  const secret = 'a secret that all processes of the service have'

  async function nonceOf(guard: ReturnType<typeof service>): Promise<string> {
    const answer = await ask(guard, { dpop: [token, prove()] })
    expect(answer.status).toBe(401)
    expect(answer.challenge).toContain('error="use_dpop_nonce"')
    return answer.headers.get('dpop-nonce') ?? ''
  }

  test('are asked for with 401 use_dpop_nonce, and told (oauth2/37)', async () => {
    const guard = service({ nonce: true })
    const nonce = await nonceOf(guard)
    expect(nonce).toMatch(/^[\w-]{22}$/)
    const answer = await ask(guard, { dpop: [token, prove({ claims: { nonce } })] })
    expect(answer.status).toBe(200)
    expect(answer.headers.has('dpop-nonce')).toBe(false)
    for (const other of ['', 'x', 1, null, nonce.toLowerCase() + '_']) {
      const refused = await ask(guard, { dpop: [token, prove({ claims: { nonce: other } })] })
      expect(refused.headers.get('dpop-nonce')).toBe(nonce)
    }
  })

  test('are good until the next one is over, and the next one is told with the answer (oauth2/37)', async () => {
    const guard = service({ nonce: { every: '10m' } })
    const nonce = await nonceOf(guard)
    clock.advance('10m')
    const previous = await ask(guard, { dpop: [token, prove({ claims: { nonce } })] })
    expect(previous.status).toBe(200)
    const next = previous.headers.get('dpop-nonce') ?? ''
    expect(next).not.toBe(nonce)
    const current = await ask(guard, { dpop: [token, prove({ claims: { nonce: next } })] })
    expect(current.status).toBe(200)
    expect(current.headers.has('dpop-nonce')).toBe(false)
    clock.advance('10m')
    const old = await ask(guard, { dpop: [token, prove({ claims: { nonce } })] })
    expect(old).toMatchObject({ status: 401, challenge: expect.stringContaining('use_dpop_nonce') })
  })

  test('are the same in all processes with one secret, and others in others (oauth2/37)', async () => {
    const nonce = await nonceOf(service({ nonce: { secret } }))
    const dpop = (): [string, string] => [token, prove({ claims: { nonce } })]
    expect((await ask(service({ nonce: { secret } }), { dpop: dpop() })).status).toBe(200)
    expect((await ask(service({ nonce: { secret: `${secret}.` } }), { dpop: dpop() })).status).toBe(401)
    expect((await ask(service({ nonce: true }), { dpop: dpop() })).status).toBe(401)
  })

  test('are a step of the protocol: asking for one is no guess, a bad proof is (oauth2/38)', async () => {
    const charged: number[] = []
    const failures = {
      consume(_key: string, cost = 1) {
        if (cost > 0) charged.push(cost)
        return { allowed: true, retryAfter: 0 }
      },
    }
    const policy = security({ default: service({ nonce: true }), failures })
    expect((await ask(policy, { dpop: [token, prove()] })).headers.get('dpop-nonce')).not.toBeNull()
    expect(charged).toEqual([])
    expect((await ask(policy, { dpop: [token, prove({ claims: { htm: 'PUT' } })] })).status).toBe(401)
    expect(charged).toEqual([1])
  })
})

describe('the binding', () => {
  test('refuses a bound token that is sent as a bearer token, with a proof or without (oauth2/39)', async () => {
    const guard = service()
    for (const headers of [{}, { dpop: prove() }]) {
      for (let i = 0; i < 2; i++) {
        const answer = await ask(guard, { bearer: token, headers })
        expect(answer.status).toBe(401)
        expect(answer.challenge).toMatch(/^Bearer [^,]+, [^,]+, error="invalid_token", DPoP /)
      }
    }
    // What was looked at as a bearer token is as good as before.
    expect((await ask(guard, { dpop: [token, prove()] })).status).toBe(200)
    expect((await ask(guard, { bearer: token })).status).toBe(401)
  })

  test('refuses a token that is bound to nothing and sent as DPoP (oauth2/39)', async () => {
    const unbound = issuer.token()
    const answer = await ask(service(), { dpop: [unbound, prove({ token: unbound })] })
    expect(answer).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
  })

  test('may be asked of all tokens (oauth2/40)', async () => {
    const bearer = issuer.token()
    expect((await ask(service(), { bearer })).status).toBe(200)
    const guard = service({ required: true })
    expect(await ask(guard, { bearer })).toMatchObject({
      status: 401,
      challenge: expect.stringMatching(/^DPoP (?!.*Bearer).*error="invalid_token"/),
    })
    expect((await ask(guard, { dpop: [token, prove()] })).status).toBe(200)
  })

  test('is not checked, and therefore refused, where the option is not given (oauth2/41)', async () => {
    const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
    const guard = resourceServer({ resource: 'https://api.test', jwt, clock })
    expect((await ask(guard, { bearer: token })).status).toBe(401)
    const answer = await ask(guard, { dpop: [token, prove()] })
    expect(answer.status).toBe(401)
    expect(answer.challenge).not.toContain('DPoP')
    expect(answer.challenge).not.toContain('error')
  })
})

describe('challenges', () => {
  test('offer both ways, and name the algorithms of proofs (oauth2/42)', async () => {
    const common = 'realm="shop", resource_metadata="https://api.test/.well-known/oauth-protected-resource"'
    const answer = await ask(service({ algorithms: ['ES256', 'PS256'] }))
    expect(answer.challenge).toBe(`Bearer ${common}, DPoP ${common}, algs="ES256 PS256"`)
    const only = await ask(service({ algorithms: ['ES256'], required: true }))
    expect(only.challenge).toBe(`DPoP ${common}, algs="ES256"`)
  })

  test('have the error at the way that was used (oauth2/42)', async () => {
    const guard = service({ algorithms: ['ES256'] })
    const { challenge } = await ask(guard, { bearer: 'x' })
    expect(challenge).toMatch(/^Bearer .*error="invalid_token", DPoP [^=]*(?!.*error)/)
    const other = await ask(guard, { dpop: ['x', prove()] })
    expect(other.challenge).toMatch(/^Bearer (?!.*error.*DPoP).*, DPoP .*error="invalid_token"$/)
  })
})

test('the header of a nonce reaches clients of Hono, with a 401 and with a 200 (oauth2/37)', async () => {
  const guard = service({ nonce: { every: '1m' } })
  const app = new Hono().use(security({ default: guard })).get('/', (c) => c.text(prize))
  const request = (nonce?: string) =>
    app.request('https://api.test/', {
      headers: { authorization: `DPoP ${token}`, dpop: prove({ claims: { nonce } }) },
    })
  const nonce = (await request()).headers.get('dpop-nonce') ?? ''
  expect((await request(nonce)).status).toBe(200)
  clock.advance('1m')
  const renewed = await request(nonce)
  expect(renewed.status).toBe(200)
  expect(renewed.headers.get('dpop-nonce')).not.toBe(nonce)
  expect(renewed.headers.get('dpop-nonce')).toMatch(/^[\w-]{22}$/)
})
