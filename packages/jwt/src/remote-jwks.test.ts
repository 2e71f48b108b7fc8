import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { jwt, remoteJwks, type Jwks, type RefreshOptions } from './index.ts'
import {
  audience,
  clock,
  endpoint,
  fail,
  guardWith,
  issuer,
  serveKeys,
  statuses,
  useKeyEndpoint,
} from './key-endpoint.test-kit.ts'
import { sendJson, until } from './start-endpoint.test-kit.ts'
import { createTestIssuer } from './testing.ts'

useKeyEndpoint()

describe('fetching', () => {
  test('is done once for all who need the keys at once (jwt/43)', async () => {
    const tokens = Array.from({ length: 100 }, () => issuer.token())
    expect(new Set(await statuses(guardWith(), tokens))).toEqual(new Set([200]))
    expect(endpoint.asked).toEqual(['/jwks'])
  })

  test('is done again in the background before the keys are old (jwt/44)', async () => {
    const guard = guardWith({ maxAge: '10m', refreshAhead: '1m' })
    await ask(guard, issuer.token())
    clock.advance('8m59s')
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(1)
    clock.advance('1s')
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    endpoint.answer = (request, response) => void held.then(() => serveKeys(request, response))
    expect(await statuses(guard, [issuer.token(), issuer.token()])).toEqual([200, 200])
    await until(() => endpoint.asked.length === 2)
    release()
    await guard.warmUp()
    clock.advance('5m')
    expect((await ask(guard, issuer.token())).status).toBe(200)
    expect(endpoint.asked).toHaveLength(2)
  })

  test('waits for nobody while the keys are young, and is waited for when they are old (jwt/44)', async () => {
    const guard = guardWith({ maxAge: '10m' })
    await ask(guard, issuer.token())
    clock.advance('10m')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    expect(endpoint.asked).toHaveLength(2)
  })

  test('is done at most once in a cooldown for a thousand unknown kids (jwt/45)', async () => {
    const guard = guardWith({ cooldown: '30s' })
    await ask(guard, issuer.token())
    const flood = (): string[] =>
      Array.from({ length: 1000 }, (_, i) => issuer.token({}, { header: { kid: `unknown-${i}` } }))
    expect(new Set(await statuses(guard, flood()))).toEqual(new Set([401]))
    expect(endpoint.asked).toHaveLength(1)
    clock.advance('30s')
    expect(new Set(await statuses(guard, flood()))).toEqual(new Set([401]))
    expect(endpoint.asked).toHaveLength(2)
    expect((await ask(guard, issuer.token())).body).toBe(prize)
  })

  test('is not done for tokens that are refused for what they are (jwt/45)', async () => {
    const guard = guardWith()
    const none = issuer.token({}, { header: { alg: 'none' } })
    for (const token of ['x', 'x.y.z', none, issuer.token({ iss: 'x' })])
      expect((await ask(guard, token)).status).toBe(401)
    expect(endpoint.asked).toEqual([])
  })

  test('is not done for a token of an algorithm that is not among those accepted (jwt/45)', async () => {
    const jwks = remoteJwks({ url: `${endpoint.url}/jwks`, clock })
    const guard = jwt({ issuer: issuer.issuer, audience, jwks, algorithms: ['RS256'] })
    expect((await ask(guard, issuer.token())).status).toBe(401)
    expect(endpoint.asked).toEqual([])
  })

  test.each([
    ['max-age=120', '2m'],
    ['public, max-age=120, must-revalidate', '2m'],
    ['max-age=1', '30s'],
    ['no-store', '30s'],
    ['no-cache', '30s'],
    ['max-age=99999999', '10m'],
    ['s-maxage=5', '10m'],
    ['x-max-age=5', '10m'],
    ['', '10m'],
  ] as const)('follows Cache-Control: %j within bounds, %s (jwt/46)', async (control, lifetime) => {
    endpoint.answer = (_request, response) => sendJson(response, issuer.jwks(), { 'cache-control': control })
    const guard = guardWith({ refreshAhead: 0 })
    await ask(guard, issuer.token())
    clock.advance(lifetime)
    clock.advance(0)
    const before = createTestClock()
    before.advance(lifetime)
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(2)
    clock.advance(before.now() - 1)
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(2)
  })

  test('counts the age that a cache on the way tells (jwt/46)', async () => {
    endpoint.answer = (_request, response) =>
      sendJson(response, issuer.jwks(), { 'cache-control': 'max-age=120', age: '60' })
    const guard = guardWith({ refreshAhead: 0 })
    await ask(guard, issuer.token())
    clock.advance('59s')
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(1)
    clock.advance('1s')
    await ask(guard, issuer.token())
    expect(endpoint.asked).toHaveLength(2)
  })
})

describe('rotation', () => {
  test('a new key works with the first token of it, once the cooldown is over (jwt/50)', async () => {
    const guard = guardWith()
    await ask(guard, issuer.token())
    const old = issuer.token()
    issuer.rotate()
    clock.advance('30s')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    expect((await ask(guard, old)).body).toBe(prize)
    expect(endpoint.asked).toHaveLength(2)
  })

  test('a removed key dies with the next fetch, and while that fails within the bound (jwt/50)', async () => {
    const guard = guardWith({ maxAge: '10m', refreshAhead: 0, staleIfError: '1h' })
    const old = issuer.token()
    await ask(guard, old)
    const [kid] = issuer.jwks().keys.map((key) => key.kid ?? '')
    issuer.rotate()
    issuer.retire(kid ?? '')
    clock.advance('9m59s')
    expect((await ask(guard, old)).status).toBe(200)
    clock.advance('1s')
    expect((await ask(guard, old)).status).toBe(401)
    expect((await ask(guard, issuer.token())).status).toBe(200)
  })

  test('under load refuses no request (jwt/50)', async () => {
    const guard = guardWith({ maxAge: '1m', refreshAhead: '30s', cooldown: '10s' })
    const all: Promise<number[]>[] = []
    for (let round = 0; round < 20; round++) {
      if (round % 4 === 0) {
        issuer.rotate()
        clock.advance('10s')
      }
      all.push(
        statuses(
          guard,
          Array.from({ length: 20 }, () => issuer.token()),
        ),
      )
      if (round % 5 === 0) await all.at(-1)
    }
    expect(new Set((await Promise.all(all)).flat())).toEqual(new Set([200]))
  })
})

describe('the address', () => {
  test.each([
    'http://issuer.test/jwks',
    'http://127.0.0.1.attacker.test/jwks',
    'http://localhost.attacker.test/jwks',
    'http://10.0.0.1/jwks',
    'ftp://127.0.0.1/jwks',
    'file:///etc/passwd',
    'data:application/json,{}',
    'https://user:canary@issuer.test/jwks',
    '/jwks',
    '',
    'issuer.test',
  ])('%s is refused at the start, and not repeated (jwt/51)', (url) => {
    let thrown: unknown
    try {
      remoteJwks({ url })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ code: 'ERR_JWT_URL' })
    expect(String(thrown)).not.toContain('canary')
  })

  test.each([
    'https://issuer.test/jwks',
    'http://127.0.0.1:80/jwks',
    'http://127.9.9.9/',
    'http://localhost:1/',
    'http://[::1]/',
  ])('%s is one that may be asked (jwt/51)', (url) => {
    expect(() => remoteJwks({ url })).not.toThrow()
    expect(() => remoteJwks({ url: new URL(url) })).not.toThrow()
  })

  test.each([{ timeout: 0 }, { timeout: '30d' }, { maxBytes: 0 }, { maxAge: 0 }, { maxAge: '1' }, { maxBytes: '1' }])(
    'and bounds that cannot be kept are refused: %j (jwt/19)',
    (options) => {
      const given = { url: 'https://issuer.test/jwks', ...options } as Parameters<typeof remoteJwks>[0]
      expect(() => remoteJwks(given)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_(?:JWT_OPTION|DURATION|SIZE)$/) }),
      )
    },
  )
})

describe('warming up and checking', () => {
  const signal = new AbortController().signal
  const jwksWith = (options: RefreshOptions = {}): Jwks =>
    remoteJwks({ url: `${endpoint.url}/jwks`, clock, ...options })

  test('has the keys ready before the first request (jwt/52)', async () => {
    const guard = guardWith()
    await guard.warmUp()
    await guard.warmUp()
    expect(endpoint.asked).toHaveLength(1)
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    expect(endpoint.asked).toHaveLength(1)
  })

  test('fails when there are none, and says why (jwt/52)', async () => {
    endpoint.answer = fail
    const failure = await guardWith()
      .warmUp()
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ERR_JWT_JWKS', message: expect.stringContaining('the status 500') })
    endpoint.answer = (_request, response) => sendJson(response, { keys: [{ ...issuer.keys[0] }] })
    const unusable = await guardWith()
      .warmUp()
      .catch((error: unknown) => error)
    expect(String(unusable)).toContain('it is a private key')
  })

  test('a check passes with keys, warns of old or odd ones, and fails without (jwt/53)', async () => {
    const jwks = jwksWith({ staleIfError: '1h' })
    expect(await jwks.check(signal)).toEqual({ status: 'pass', observedValue: 1, observedUnit: 'keys' })
    endpoint.answer = fail
    clock.advance('10m')
    expect(await jwks.check(signal)).toMatchObject({
      status: 'warn',
      output: expect.stringContaining('500'),
      observedValue: 1,
    })
    clock.advance('2h')
    await expect(jwks.check(signal)).rejects.toMatchObject({ code: 'ERR_JWT_JWKS' })
    endpoint.answer = (_request, response) =>
      sendJson(response, { keys: [...issuer.jwks().keys, { kty: 'RSA', n: 'AA', e: 'AQAB' }] })
    clock.advance('2m')
    expect(await jwks.check(signal)).toMatchObject({
      status: 'warn',
      output: expect.stringContaining('bits'),
      observedValue: 1,
    })
  })

  test('a check of a guard is that of all its issuers (jwt/53)', async () => {
    const local = createTestIssuer({ issuer: 'https://local.test' })
    const guard = jwt({
      audience,
      issuer: issuer.issuer,
      jwks: jwksWith(),
      issuers: [{ issuer: local.issuer, jwks: local.jwks() }],
    })
    expect(await guard.check(signal)).toEqual({ status: 'pass', observedValue: 2, observedUnit: 'keys' })
    endpoint.answer = fail
    clock.advance('2h')
    await expect(guard.check(signal)).rejects.toMatchObject({ code: 'ERR_JWT_JWKS' })
  })
})
