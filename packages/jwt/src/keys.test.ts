import { Buffer } from 'node:buffer'
import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { ask, claims, encode, hmacToken, prize, secret } from './forge.test-kit.ts'
import { jwt, localJwks, remoteJwks } from './index.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'
const issuer = createTestIssuer()
const [good] = issuer.jwks().keys as [JWK]
const url = 'https://issuer.test/jwks'

/** A guard whose endpoint answers with these keys. */
function guardOf(keys: unknown, more: { readonly algorithms?: readonly ['RS256'] } = {}) {
  const fetched = { fetch: async () => Response.json({ keys }) }
  return jwt({ issuer: issuer.issuer, audience, jwks: remoteJwks({ url, ...fetched }), ...more })
}

describe('keys of an endpoint', () => {
  test('that are fit verify, beside others that are not (jwt/9)', async () => {
    const more = createTestIssuer().jwks().keys
    expect((await ask(guardOf([...more, good]), issuer.token())).body).toBe(prize)
  })

  const rsa = createTestIssuer({ algorithm: 'RS256' }).jwks().keys[0] ?? { kty: '' }
  const flipped = `${good.x?.startsWith('A') ? 'B' : 'A'}${good.x?.slice(1)}`
  const unfit: [string, unknown][] = [
    ['private', { ...issuer.keys[0] }],
    ['for encryption', { ...good, use: 'enc' }],
    ['of another use', { ...good, use: 'SIG' }],
    ['without verify among its operations', { ...good, key_ops: ['sign'] }],
    ['with operations that are no list', { ...good, key_ops: 'verify' }],
    ['for another algorithm', { ...good, alg: 'ES384' }],
    ['for the algorithm of another type', { ...good, alg: 'RS256' }],
    ['for no algorithm at all', { ...good, alg: 'none' }],
    ['of another curve', { ...good, crv: 'P-384' }],
    ['of an unknown curve', { ...good, crv: 'secp256k1' }],
    ['off its curve', { ...good, x: flipped }],
    ['padded', { ...good, x: `${good.x}=` }],
    ['with a short coordinate', { ...good, y: 'AAAA' }],
    ['without a coordinate', { kty: 'EC', crv: 'P-256', kid: good.kid, x: good.x }],
    ['of an unknown type', { ...good, kty: 'AKP' }],
    ['with a kid that is no text', { ...good, kid: 1 }],
    ['with an ext that is no boolean', { ...good, ext: 'yes' }],
    ['no object', 'key'],
    ['null', null],
    ['a list', [good]],
  ]

  test.each(unfit)('are not used when they are %s (jwt/9)', async (_what, key) => {
    const answer = await ask(guardOf([key, rsa]), issuer.token())
    expect(answer.status).toBe(401)
    expect((await ask(guardOf([key, rsa, good]), issuer.token())).body).toBe(prize)
  })

  test('that are secrets are not used, alone or among others (jwt/9)', async () => {
    const oct = { kty: 'oct', kid: 'secret', alg: 'HS256', k: Buffer.from(secret).toString('base64url') }
    const token = hmacToken({ alg: 'HS256', kid: 'secret' }, claims(), secret)
    expect((await ask(guardOf([oct, good]), token)).status).toBe(401)
    expect((await ask(guardOf([oct]), token)).status).toBe(503)
  })

  test('of one id and type are both refused, the same key twice is one (jwt/9)', async () => {
    const other = { ...createTestIssuer().jwks().keys[0], kid: good.kid }
    const rest = createTestIssuer().jwks().keys
    expect((await ask(guardOf([good, other, ...rest]), issuer.token())).status).toBe(401)
    expect((await ask(guardOf([other, good, ...rest]), issuer.token())).status).toBe(401)
    expect((await ask(guardOf([good, { ...good }]), issuer.token())).body).toBe(prize)
    expect((await ask(guardOf([good, { ...rsa, kid: good.kid }]), issuer.token())).body).toBe(prize)
  })

  test.each([
    [{}],
    [{ keys: {} }],
    [{ keys: 'x' }],
    [[]],
    ['keys'],
    [null],
    [{ keys: [] }],
    [{ keys: Array(101).fill(good) }],
  ])('in a document that is no set of keys, %#, are 503 (jwt/9)', async (document) => {
    const fetched = { fetch: async () => Response.json(document) }
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: remoteJwks({ url, ...fetched }) })
    expect((await ask(guard, issuer.token())).status).toBe(503)
  })
})

describe('weak keys', () => {
  const rsaKey = (bits: number, exponent: number): { privateKey: KeyObject; jwk: JWK } => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent })
    const jwk = publicKey.export({ format: 'jwk' })
    return { privateKey, jwk: { ...jwk, kty: 'RSA', alg: 'RS256', kid: 'weak' } }
  }
  const signed = (key: KeyObject): string => {
    const text = `${encode({ alg: 'RS256', kid: 'weak' })}.${encode(claims())}`
    return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
  }

  test('RSA of less than 2048 bits, or with a small exponent, does not verify its own signature (jwt/11)', async () => {
    for (const [bits, exponent] of [
      [1024, 65537],
      [2040, 65537],
      [2048, 3],
    ] as const) {
      const { privateKey, jwk } = rsaKey(bits, exponent)
      expect((await ask(guardOf([jwk, good]), signed(privateKey))).status).toBe(401)
      expect(() => localJwks([jwk])).toThrow(expect.objectContaining({ code: 'ERR_JWT_KEY' }))
    }
    const { privateKey, jwk } = rsaKey(2048, 65537)
    expect((await ask(guardOf([jwk, good]), signed(privateKey))).body).toBe(prize)
  })

  test('RSA with the exponent 1 takes no padded text for a signature (jwt/11)', async () => {
    const { jwk } = rsaKey(2048, 65537)
    const text = `${encode({ alg: 'RS256', kid: 'weak' })}.${encode(claims())}`
    const digest = createHash('sha256').update(text).digest()
    const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest])
    const padded = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(253 - info.length, 0xff), Buffer.from([0]), info])
    for (const e of ['AQ', 'AAAB', 'Ag', 'AQAA', 'AA', '', 'AQAAAAAAAAAB']) {
      expect((await ask(guardOf([{ ...jwk, e }, good]), `${text}.${padded.toString('base64url')}`)).status).toBe(401)
      expect(() => localJwks([{ ...jwk, e }])).toThrow(expect.objectContaining({ code: 'ERR_JWT_KEY' }))
    }
  })

  test('RSA of more than 8192 bits is not worth its time (jwt/11)', () => {
    const n = Buffer.alloc(1025, 0xff).toString('base64url')
    expect(() => localJwks([{ kty: 'RSA', alg: 'RS256', n, e: 'AQAB' }])).toThrow(/8200 bits/)
    const leading = Buffer.concat([Buffer.alloc(200), Buffer.alloc(100, 0xff)]).toString('base64url')
    expect(() => localJwks([{ kty: 'RSA', alg: 'RS256', n: leading, e: 'AQAB' }])).toThrow(/800 bits/)
  })

  test.each([
    ['HS256', 31],
    ['HS384', 47],
    ['HS512', 63],
  ] as const)('a secret for %s of %i bytes is refused, one more byte is not (jwt/11)', async (alg, bytes) => {
    const jwks = (length: number) => localJwks([{ secret: secret.subarray(0, length), alg }])
    expect(() => jwks(bytes)).toThrow(expect.objectContaining({ code: 'ERR_JWT_KEY' }))
    for (const length of [0, 1]) expect(() => jwks(length)).toThrow(/bytes/)
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: jwks(bytes + 1) })
    const token = hmacToken({ alg }, claims(), secret.subarray(0, bytes + 1), Number(alg.slice(2)))
    expect((await ask(guard, token)).body).toBe(prize)
  })

  test.each([
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  ])('the Ed25519 point %s, which fits any signature, is refused (jwt/11)', (hex) => {
    const x = Buffer.from(hex, 'hex').toString('base64url')
    expect(() => localJwks([{ kty: 'OKP', crv: 'Ed25519', x }])).toThrow(/small order/)
  })

  test.each(['P-256', 'P-384', 'P-521'])('a point off %s, or beyond its field, is refused (jwt/11)', (crv) => {
    const jwk = generateKeyPairSync('ec', { namedCurve: crv }).publicKey.export({ format: 'jwk' })
    const given = { kty: 'EC', crv, x: String(jwk.x), y: String(jwk.y) }
    expect(() => localJwks([given])).not.toThrow()
    expect(() => localJwks([{ ...given, x: given.y, y: given.x }])).toThrow(/not a point/)
    const size = Buffer.from(given.x, 'base64url').length
    const beyond = Buffer.alloc(size, 0xff).toString('base64url')
    expect(() => localJwks([{ ...given, x: beyond }])).toThrow(/not a point/)
    const zero = Buffer.alloc(size).toString('base64url')
    expect(() => localJwks([{ ...given, x: zero, y: zero }])).toThrow(/not a point/)
  })
})

describe('keys that are known at the start', () => {
  const pem = issuer.keys[0] && generateKeyPairSync('ec', { namedCurve: 'P-256' })

  test.each([
    ['private', [issuer.keys[0]]],
    ['two of one id and type', [good, { ...createTestIssuer().jwks().keys[0], kid: good.kid }]],
    ['a secret among public keys', [good, { secret, alg: 'HS256' }]],
    ['for encryption', [{ ...good, use: 'enc' }]],
    ['none', []],
    ['text', ['key']],
    ['a private PEM', [{ pem: pem?.privateKey.export({ type: 'pkcs8', format: 'pem' }) }]],
    ['a broken PEM', [{ pem: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' }]],
    ['a secret without an algorithm', [{ secret }]],
    ['a secret for RSA', [{ secret, alg: 'RS256' }]],
    ['empty', [{}]],
  ])('are refused when they are %s (jwt/10)', (_what, keys) => {
    const given = keys as readonly JWK[]
    expect(() => localJwks(given)).toThrow(expect.objectContaining({ name: 'JwtError', code: 'ERR_JWT_KEY' }))
  })

  test('say nothing of themselves in the error (jwt/10)', () => {
    const canary = 'canary-canary-canary'
    for (const key of [
      { secret: canary, alg: 'HS256' },
      { pem: canary },
      { pem: `-----BEGIN PUBLIC KEY-----${canary}` },
    ] as const) {
      let message = ''
      try {
        localJwks(key)
      } catch (error) {
        message = String(error)
      }
      expect(message).toContain('JwtError')
      expect(message).not.toContain(canary)
    }
  })

  test('come as a set, a list, one key, PEM or a secret (jwt/10)', async () => {
    for (const jwks of [issuer.jwks(), issuer.jwks().keys, localJwks(issuer.jwks()), localJwks(good)]) {
      expect((await ask(jwt({ issuer: issuer.issuer, audience, jwks }), issuer.token())).body).toBe(prize)
    }
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwks = [{ pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() }]
    const text = `${encode({ alg: 'ES256', kid: 'any' })}.${encode(claims())}`
    const signature = createSign('SHA256')
      .update(text)
      .sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }, 'base64url')
    expect((await ask(jwt({ issuer: issuer.issuer, audience, jwks }), `${text}.${signature}`)).body).toBe(prize)
  })

  test('leave out what is for something else, when others remain (jwt/10)', async () => {
    const jwks = [{ ...good, kid: 'enc', use: 'enc' }, good]
    expect((await ask(jwt({ issuer: issuer.issuer, audience, jwks }), issuer.token())).body).toBe(prize)
  })
})

describe('keys that a token brings', () => {
  const attacker = createTestIssuer()
  const [theirs] = attacker.jwks().keys
  const headers: Record<string, unknown>[] = [
    { jwk: theirs },
    { jwk: theirs, kid: undefined },
    { jku: 'https://attacker.test/jwks' },
    { x5u: 'https://attacker.test/cert' },
    { x5c: ['MIIB'] },
    { jku: 'https://issuer.test@attacker.test/jwks', kid: good.kid },
    {
      jwk: theirs,
      jku: 'https://attacker.test/jwks',
      x5u: 'https://attacker.test',
      x5c: [],
      x5t: 'AAAA',
      kid: good.kid,
    },
  ]

  test.each(headers)('are not used, and nothing is fetched for them: %# (jwt/12)', async (header) => {
    const fetched: string[] = []
    const fetch = async (address: string): Promise<Response> => {
      fetched.push(address)
      return Response.json(issuer.jwks())
    }
    const guard = jwt({ issuer: issuer.issuer, audience, jwks: remoteJwks({ url, fetch }) })
    expect((await ask(guard, attacker.token({}, { header }))).status).toBe(401)
    expect((await ask(guard, issuer.token({}, { header: { ...header, kid: good.kid } }))).body).toBe(prize)
    expect(new Set(fetched)).toEqual(new Set([url]))
  })

  const impossible: readonly unknown[] = [
    '__proto__',
    '../../dev/null',
    '..%2f../../etc/passwd',
    'x'.repeat(257),
    'x'.repeat(4_000),
    '',
    'with space',
    "' OR 1=1 --",
    'kid\u0000',
    'ключ',
    1,
    null,
    {},
    [],
    ['a'],
    true,
  ]

  test.each(impossible.map((kid) => ({ kid: JSON.stringify(kid).slice(0, 40), value: kid })))(
    'a kid that is $kid is 401 without a look-up (jwt/13)',
    async ({ value }) => {
      let fetches = 0
      const fetch = async (): Promise<Response> => {
        fetches++
        return Response.json(issuer.jwks())
      }
      const guard = jwt({ issuer: issuer.issuer, audience, jwks: remoteJwks({ url, fetch }) })
      expect((await ask(guard, issuer.token({}, { header: { kid: value } }))).status).toBe(401)
      expect(fetches).toBe(0)
    },
  )

  test('a kid that is a name of objects is a name like any other (jwt/13)', async () => {
    for (const kid of [
      'constructor',
      'toString',
      'https://vault.example/keys/a/1',
      'arn:aws:kms:eu:1:key/a',
      'did:web:a#1',
    ]) {
      const guard = guardOf([{ ...good, kid }])
      expect((await ask(guard, issuer.token({}, { header: { kid } }))).body).toBe(prize)
      expect((await ask(guardOf([good]), issuer.token({}, { header: { kid } }))).status).toBe(401)
    }
  })

  test('a token without a kid is tried with the few keys that could be meant (jwt/13)', async () => {
    const others = Array.from({ length: 3 }, () => createTestIssuer().jwks().keys[0])
    const token = issuer.token({}, { header: { kid: undefined } })
    expect((await ask(guardOf([...others, good]), token)).body).toBe(prize)
    const many = Array.from({ length: 8 }, () => createTestIssuer().jwks().keys[0])
    expect((await ask(guardOf([...many, good]), token)).status).toBe(401)
  })
})
