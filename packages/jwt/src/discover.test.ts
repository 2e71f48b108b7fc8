import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { ask, prize } from './forge.test-kit.ts'
import { discover, jwt, type RefreshOptions } from './index.ts'
import { sendJson, startEndpoint } from './start-endpoint.test-kit.ts'
import { createTestIssuer } from './testing.ts'

const audience = 'https://api.test'

/** A fetch that answers from a list of documents. */
function documents(known: Record<string, unknown>): {
  readonly asked: string[]
  readonly fetch: (url: string) => Promise<Response>
} {
  const asked: string[] = []
  async function fetch(url: string): Promise<Response> {
    asked.push(url)
    return url in known ? Response.json(known[url]) : new Response(null, { status: 404 })
  }
  return { asked, fetch }
}

const issuer = createTestIssuer({ issuer: 'https://id.test/tenant' })
const openid = 'https://id.test/tenant/.well-known/openid-configuration'
const oauth = 'https://id.test/.well-known/oauth-authorization-server/tenant'
const keys = 'https://id.test/tenant/jwks'
const metadata = { issuer: issuer.issuer, jwks_uri: keys }

function guardWith(options: RefreshOptions) {
  return jwt({ issuer: issuer.issuer, audience, jwks: discover(issuer.issuer, options), cache: false })
}

describe('discover()', () => {
  test('finds the keys by the metadata of OpenID Connect, else of RFC 8414 (jwt/54)', async () => {
    for (const [address, before] of [
      [openid, []],
      [oauth, [openid]],
    ] as const) {
      const { asked, fetch } = documents({ [address]: metadata, [keys]: issuer.jwks() })
      expect((await ask(guardWith({ fetch }), issuer.token())).body).toBe(prize)
      expect(asked).toEqual([...before, address, keys])
    }
  })

  test('over a socket is the default of a guard without keys (jwt/54)', async () => {
    const endpoint = await startEndpoint((request, response) => {
      const own = request.url?.includes('well-known')
      sendJson(response, own ? { issuer: endpoint.url, jwks_uri: `${endpoint.url}/keys` } : issuer.jwks())
    })
    try {
      const guard = jwt({ issuer: endpoint.url, audience })
      expect((await ask(guard, issuer.token({ iss: endpoint.url }))).body).toBe(prize)
      expect(endpoint.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
    } finally {
      await endpoint.stop()
    }
  })

  test.each([
    ['with a slash', 'https://id.test/tenant/'],
    ['in other case', 'https://ID.test/tenant'],
    ['other', 'https://attacker.test/'],
    ['missing', undefined],
    ['a list', [issuer.issuer]],
  ])('believes no metadata whose issuer is %s (jwt/55)', async (_what, named) => {
    const { fetch } = documents({
      [openid]: { ...metadata, issuer: named },
      [oauth]: { ...metadata, issuer: named },
      [keys]: issuer.jwks(),
    })
    expect((await ask(guardWith({ fetch }), issuer.token())).status).toBe(503)
    await expect(discover(issuer.issuer, { fetch }).metadata()).rejects.toMatchObject({ code: 'ERR_JWT_DISCOVERY' })
  })

  test.each([
    undefined,
    1,
    '',
    '/jwks',
    'http://id.test/jwks',
    'http://127.0.0.1/jwks',
    'https://127.0.0.1/jwks',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
  ])('follows no jwks_uri that is %s (jwt/55)', async (address) => {
    const { asked, fetch } = documents({ [openid]: { ...metadata, jwks_uri: address } })
    expect((await ask(guardWith({ fetch }), issuer.token())).status).toBe(503)
    expect(asked).toEqual([openid])
  })

  test('reads the metadata again when the keys have moved (jwt/54)', async () => {
    const clock = createTestClock()
    const known: Record<string, unknown> = { [openid]: metadata, [keys]: issuer.jwks() }
    const { asked, fetch } = documents(known)
    const guard = guardWith({ fetch, clock })
    await ask(guard, issuer.token())
    clock.advance('10m')
    await ask(guard, issuer.token())
    expect(asked).toEqual([openid, keys, keys])
    const moved = 'https://keys.test/jwks'
    known[openid] = { ...metadata, jwks_uri: moved }
    delete known[keys]
    known[moved] = issuer.jwks()
    clock.advance('10m')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    clock.advance('1m')
    expect((await ask(guard, issuer.token())).body).toBe(prize)
    await guard.warmUp()
    expect(asked.at(-1)).toBe(moved)
  })

  test('gives the metadata, which is kept for an hour (jwt/54)', async () => {
    const clock = createTestClock()
    const { asked, fetch } = documents({ [openid]: { ...metadata, token_endpoint: 'https://id.test/token' } })
    const found = discover(issuer.issuer, { fetch, clock })
    expect(await found.metadata()).toMatchObject({ token_endpoint: 'https://id.test/token' })
    await found.metadata()
    expect(asked).toHaveLength(1)
    clock.advance('1h')
    await found.metadata()
    expect(asked).toHaveLength(2)
  })

  test.each(['http://id.test', 'https://id.test/?a=b', 'https://id.test/#a', 'id.test', ''])(
    'takes no issuer such as %s (jwt/51)',
    (name) => {
      expect(() => discover(name)).toThrow(expect.objectContaining({ code: 'ERR_JWT_URL' }))
    },
  )
})
