import { Buffer } from 'node:buffer'
import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ask, claims, encode, hmacToken, prize, secret } from './forge.test-kit.ts'
import { jwt, localJwks, type Algorithm } from './index.ts'
import { createTestIssuer, type TestAlgorithm } from './testing.ts'

const audience = 'https://api.test'
const rsa = createTestIssuer({ algorithm: 'RS256' })
const rsaKey = createPublicKey({ key: { ...rsa.jwks().keys[0] }, format: 'jwk' })
const pem = rsaKey.export({ type: 'spki', format: 'pem' }).toString()
const der = rsaKey.export({ type: 'spki', format: 'der' })

const algorithms: TestAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
]

describe('algorithms', () => {
  test.each(algorithms)('%s verifies, with and without the option (jwt/5)', async (algorithm) => {
    const issuer = createTestIssuer({ algorithm })
    const common = { issuer: issuer.issuer, audience, jwks: issuer.jwks() }
    expect((await ask(jwt(common), issuer.token())).body).toBe(prize)
    expect((await ask(jwt({ ...common, algorithms: [algorithm] }), issuer.token())).body).toBe(prize)
    const other = createTestIssuer({ algorithm }).token({}, { header: { kid: issuer.jwks().keys[0]?.kid } })
    expect((await ask(jwt(common), other)).status).toBe(401)
  })

  test.each([
    ['HS256', 256],
    ['HS384', 384],
    ['HS512', 512],
  ] as const)('%s verifies with a secret (jwt/5)', async (alg, bits) => {
    const guard = jwt({ issuer: 'https://issuer.test', audience, jwks: [{ secret, alg }] })
    expect((await ask(guard, hmacToken({ alg }, claims(), secret, bits))).body).toBe(prize)
    expect((await ask(guard, hmacToken({ alg }, claims(), 'another secret', bits))).status).toBe(401)
    const others = (['HS256', 'HS384', 'HS512'] as const).filter((each) => each !== alg)
    for (const other of others) {
      expect((await ask(guard, hmacToken({ alg: other }, claims(), secret, Number(other.slice(2))))).status).toBe(401)
    }
  })

  test('Ed25519 and EdDSA are one algorithm under two names (jwt/5)', async () => {
    for (const [algorithm, alg] of [
      ['Ed25519', 'EdDSA'],
      ['EdDSA', 'Ed25519'],
    ] as const) {
      const issuer = createTestIssuer({ algorithm })
      const guard = jwt({ issuer: issuer.issuer, audience, jwks: issuer.jwks(), algorithms: [alg] })
      expect((await ask(guard, issuer.token({}, { header: { alg } }))).body).toBe(prize)
    }
  })

  const unknown: readonly unknown[] = [
    'none',
    'None',
    'NONE',
    'noNE',
    ' none',
    '',
    null,
    undefined,
    0,
    ['RS256'],
    { alg: 'RS256' },
    'rs256',
    'RS1',
    'HS1',
    'dir',
    'A128KW',
    'ES256K',
    'toString',
    '__proto__',
  ]

  test.each(unknown.map((alg) => ({ alg, name: JSON.stringify(alg) })))(
    'a token whose algorithm is $name is 401 (jwt/6)',
    async ({ alg }) => {
      const guard = jwt({ issuer: rsa.issuer, audience, jwks: rsa.jwks() })
      expect((await ask(guard, rsa.token())).body).toBe(prize)
      const [, payload = '', signature = ''] = rsa.token().split('.')
      const header = encode({ alg, typ: 'JWT' })
      for (const end of ['', signature, encode('x')]) {
        expect((await ask(guard, `${header}.${payload}.${end}`)).status).toBe(401)
      }
      expect((await ask(guard, rsa.token({}, { header: { alg } }))).status).toBe(401)
    },
  )

  test('an empty signature is 401 under every algorithm (jwt/6)', async () => {
    for (const algorithm of algorithms) {
      const issuer = createTestIssuer({ algorithm })
      const guard = jwt({ issuer: issuer.issuer, audience, jwks: issuer.jwks() })
      const [header, payload] = issuer.token().split('.')
      expect((await ask(guard, `${header}.${payload}.`)).status).toBe(401)
      expect((await ask(guard, `${header}.${payload}.AA`)).status).toBe(401)
      const zeros = Buffer.alloc(algorithm.startsWith('ES512') ? 132 : 64).toString('base64url')
      expect((await ask(guard, `${header}.${payload}.${zeros}`)).status).toBe(401)
    }
  })
})

describe('the public key as a secret', () => {
  const jwk = rsa.jwks().keys[0]
  const forms: [string, string | Uint8Array][] = [
    ['its PEM', pem],
    ['its PEM without the last line end', pem.trimEnd()],
    ['its PEM and a space', `${pem} `],
    ['its PEM with other line ends', pem.replaceAll('\n', '\r\n')],
    ['its DER', der],
    ['its PKCS #1', rsaKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['its JWK', JSON.stringify(jwk)],
    ['its key set', JSON.stringify(rsa.jwks())],
    ['its modulus', Buffer.from(jwk?.n ?? '', 'base64url')],
    ['its modulus as text', jwk?.n ?? ''],
    ['nothing', ''],
  ]
  const lists: (readonly Algorithm[] | undefined)[] = [undefined, ['RS256'], ['RS256', 'HS256', 'HS384', 'HS512']]

  test.each(forms)('signs no token: %s (jwt/7)', async (_form, key) => {
    for (const jwks of [localJwks(rsa.jwks()), localJwks({ pem, alg: 'RS256' })]) {
      for (const list of lists) {
        const guard = jwt({ issuer: rsa.issuer, audience, jwks, ...(list && { algorithms: list }) })
        expect((await ask(guard, rsa.token())).body).toBe(prize)
        for (const bits of [256, 384, 512]) {
          for (const kid of [undefined, jwk?.kid]) {
            expect((await ask(guard, hmacToken({ alg: `HS${bits}`, kid }, claims(), key, bits))).status).toBe(401)
          }
        }
      }
    }
  })

  test.each(forms.filter(([form]) => !form.includes('modulus')))(
    'is no secret at the start: %s (jwt/10)',
    (_form, key) => {
      expect(() => localJwks({ secret: key, alg: 'HS256' })).toThrow(expect.objectContaining({ code: 'ERR_JWT_KEY' }))
    },
  )
})

describe('each key has one algorithm', () => {
  test('the alg of a key decides, whatever the option allows (jwt/8)', async () => {
    const issuer = createTestIssuer({ algorithm: 'RS256' })
    const key = { ...issuer.keys[0], alg: 'PS256', kty: 'RSA' }
    const other = createTestIssuer({ keys: [key] })
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: issuer.jwks(), algorithms: ['RS256', 'PS256', 'RS512'] })
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    expect((await ask(guard, other.token())).status).toBe(401)
  })

  test('an algorithm that the option leaves out is 401, though the key would do (jwt/8)', async () => {
    const both = [createTestIssuer({ algorithm: 'ES256' }), createTestIssuer({ algorithm: 'Ed25519' })]
    const keys = both.flatMap((issuer) => issuer.jwks().keys)
    const [first, second] = both
    expect(() => jwt({ issuer: 'https://issuer.test', audience, jwks: { keys }, algorithms: ['ES256'] })).toThrow(
      expect.objectContaining({ code: 'ERR_JWT_ALGORITHM' }),
    )
    const guard = jwt({ issuer: 'https://issuer.test', audience, jwks: { keys } })
    expect((await ask(guard, first?.token())).body).toBe(prize)
    expect((await ask(guard, second?.token())).body).toBe(prize)
  })

  test('an RSA key without alg has the one that the option names (jwt/8)', async () => {
    const issuer = createTestIssuer({ algorithm: 'PS256' })
    const { alg: _alg, ...key } = issuer.jwks().keys[0] ?? { kty: '' }
    const common = { issuer: issuer.issuer, audience, jwks: [key] }
    expect((await ask(jwt({ ...common, algorithms: ['PS256', 'ES256'] }), issuer.token())).body).toBe(prize)
    expect((await ask(jwt({ ...common, algorithms: ['RS256'] }), issuer.token())).status).toBe(401)
    for (const list of [undefined, ['PS256', 'RS256'] as const, ['ES256'] as const]) {
      expect(() => jwt({ ...common, ...(list && { algorithms: list }) })).toThrow(
        expect.objectContaining({ code: 'ERR_JWT_ALGORITHM', message: expect.stringContaining('algorithms') }),
      )
    }
  })

  test.each([[[]], [['none']], [['RS256', 'none']], [['HS1']], ['RS256']])(
    'algorithms: %j is refused at the start (jwt/8)',
    (list) => {
      const options = { issuer: rsa.issuer, audience, jwks: rsa.jwks(), algorithms: list as Algorithm[] }
      expect(() => jwt(options)).toThrow(expect.objectContaining({ code: 'ERR_JWT_ALGORITHM' }))
    },
  )

  test('HMAC with an endpoint of keys is refused at the start (jwt/8)', () => {
    const options = { issuer: rsa.issuer, audience, jwks: 'https://issuer.test/jwks', algorithms: ['HS256'] as const }
    expect(() => jwt(options)).toThrow(expect.objectContaining({ code: 'ERR_JWT_ALGORITHM' }))
  })
})
