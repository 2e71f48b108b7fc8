import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { parseDuration, type Duration } from '@seaworthy/middleware'
import type { JSONWebKeySet, JWK } from 'jose'
import { systemClock, type Clock } from './clock.ts'
import { newTestKey, testKey, type TestAlgorithm, type TestKey } from './test-key.ts'

export type { TestAlgorithm, TestKey } from './test-key.ts'

/** Settings of {@link createTestIssuer}. */
export interface TestIssuerOptions {
  /** @default 'https://issuer.test' */
  readonly issuer?: string
  /** The audience of its tokens. @default 'https://api.test' */
  readonly audience?: string | readonly string[]
  /** What it signs with. @default 'ES256' */
  readonly algorithm?: TestAlgorithm
  /** How long its tokens live. @default '5m' */
  readonly expiresIn?: Duration
  /** Private JWKs with `kid` and `alg`, as `keys` gave them: the last one signs. @default one new key */
  readonly keys?: readonly JWK[]
  /** What the times of its tokens are taken from. @default the system's clock */
  readonly clock?: Clock
}

/** What a token is to be besides the usual. */
export interface TestTokenOptions {
  readonly expiresIn?: Duration
  /** Members of the header, in place of the usual ones; `undefined` leaves one out. */
  readonly header?: Readonly<Record<string, unknown>>
  /** What signs it. @default the issuer's current key */
  readonly key?: TestKey
}

/** An issuer for tests and development. */
export interface TestIssuer {
  readonly issuer: string
  /** Where {@link fetch} answers with the keys. */
  readonly jwksUrl: string
  /** The private JWKs, for `createTestIssuer({ keys })` in another run. */
  readonly keys: readonly JWK[]
  /** What verifies its tokens now, for the option `jwks` or for `localJwks()`. */
  jwks(): JSONWebKeySet
  /**
   * A signed token: an access token by RFC 9068 of the subject `test-user`, with these claims in place of the usual
   * ones. `undefined` leaves a claim out.
   */
  token(claims?: Readonly<Record<string, unknown>>, options?: TestTokenOptions): string
  /** Signs with a new key from now on, and publishes it. The old ones stay published. */
  rotate(): TestKey
  /** Publishes a key no more. */
  retire(kid: string): void
  /** Answers for the metadata and the keys, by path: for the option `fetch`, or to be served. */
  readonly fetch: (request: Request | string | URL, init?: RequestInit) => Promise<Response>
}

/** Makes an issuer that signs whatever it is told to. It is for tests and development only. */
export function createTestIssuer(options: TestIssuerOptions = {}): TestIssuer {
  const {
    issuer = 'https://issuer.test',
    audience = 'https://api.test',
    algorithm = 'ES256',
    clock = systemClock,
  } = options
  let signing = options.keys?.map((key) => testKey(key)) ?? [newTestKey(algorithm)]
  const base = issuer.replace(/\/$/, '')
  const jwksUrl = `${base}/jwks`

  function current(): TestKey {
    const key = signing.at(-1)
    if (!key) throw new TypeError('The test issuer has no key left: call rotate().')
    return key
  }

  function token(claims: Readonly<Record<string, unknown>> = {}, given: TestTokenOptions = {}): string {
    const { key = current(), header, expiresIn = options.expiresIn ?? '5m' } = given
    const iat = Math.floor(clock.now() / 1000)
    const usual = { iss: issuer, sub: 'test-user', aud: audience, client_id: 'test-client', jti: randomUUID(), iat }
    const payload = { ...usual, exp: iat + parseDuration(expiresIn) / 1000, ...claims }
    const text = `${encode({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header })}.${encode(payload)}`
    return `${text}.${key.sign(text)}`
  }

  function rotate(): TestKey {
    const key = newTestKey(algorithm)
    signing.push(key)
    return key
  }

  const jwks = (): JSONWebKeySet => ({ keys: signing.map(({ publicJwk }) => publicJwk) })

  async function answer(request: Request | string | URL): Promise<Response> {
    const { pathname } = new URL(request instanceof Request ? request.url : request)
    if (pathname === new URL(jwksUrl).pathname) return Response.json(jwks())
    if (pathname.includes('/.well-known/')) return Response.json({ issuer, jwks_uri: jwksUrl })
    return new Response(null, { status: 404 })
  }

  return {
    issuer,
    jwksUrl,
    get keys() {
      return signing.map(({ privateJwk }) => privateJwk)
    },
    jwks,
    token,
    rotate,
    retire(kid) {
      signing = signing.filter((key) => key.kid !== kid)
    },
    fetch: answer,
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
