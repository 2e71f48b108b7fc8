import { Hono, type Context } from 'hono'
import { describe, expect, test } from 'vitest'
import { all, any, authenticator, challenge, denial, optional, security, type SecuritySchemeObject } from './index.ts'
import { keyed, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const answer = (c: Context): Response => c.text('')

const oauthFlows = {
  authorizationCode: {
    authorizationUrl: 'https://id.example/authorize',
    tokenUrl: 'https://id.example/token',
    refreshUrl: 'https://id.example/refresh',
    scopes: { 'orders:write': 'Writes orders' },
  },
  clientCredentials: { tokenUrl: 'https://id.example/token', scopes: {} },
} as const

function described(name: string, object: SecuritySchemeObject) {
  return authenticator({
    name,
    description: `The ${name}`,
    extract: () => undefined,
    authenticate: () => ({ denied: denial('invalid', '') }),
    challenge: () => challenge('X'),
    openapi: () => object,
  })
}

describe('openapi()', () => {
  const policy = security({ default: any(auth, key) })
  const app = new Hono()
    .use(policy)
    .use('/partners/*', policy.service(key))
    .get('/orders/:id', answer)
    .post('/orders', policy.method(auth.scopes('write', 'read')), answer)
    .put('/orders/:id{[0-9]+}', policy.method(all(auth.scopes('write'), key)), answer)
    .get('/catalogue', policy.none(), answer)
    .get('/home', policy.method(optional(auth)), answer)
    .get('/partners/list/:page?', answer)
    .all('/hook', answer)
    .on('PURGE', '/cache', answer)
    .get('/files/*', policy.none(), answer)
  const document = {
    openapi: '3.1.0',
    info: { title: 'Shop', version: '1' },
    components: { schemas: { Order: {} }, securitySchemes: { old: { type: 'http', scheme: 'basic' } } },
    paths: {
      '/orders/{id}': { get: { summary: 'One order' }, put: {}, parameters: [] },
      '/orders': { post: {} },
      '/catalogue': { get: { security: [{ old: [] }] } },
      '/home': { get: {} },
      '/partners/list': { get: {} },
      '/partners/list/{page}': { get: {} },
      '/elsewhere': { get: {} },
    },
  }
  const before = JSON.stringify(document)
  const result = policy.openapi(document, app)

  test('describes alternatives as several objects, and what must hold together as one (security/45)', () => {
    expect(result.paths['/orders/{id}'].get).toEqual({ summary: 'One order', security: [{ token: [] }, { key: [] }] })
    expect(result.paths['/orders'].post).toEqual({ security: [{ token: ['write', 'read'] }] })
    expect(result.paths['/orders/{id}'].put).toEqual({ security: [{ token: ['write'], key: [] }] })
  })

  test('describes none() as [], and adds {} for optional() (security/45)', () => {
    expect(result.paths['/catalogue'].get).toEqual({ security: [] })
    expect(result.paths['/home'].get).toEqual({ security: [{ token: [] }, {}] })
  })

  test('describes areas, optional parameters and the default (security/45)', () => {
    expect(result.paths['/partners/list'].get).toEqual({ security: [{ key: [] }] })
    expect(result.paths['/partners/list/{page}'].get).toEqual({ security: [{ key: [] }] })
    expect(result.paths['/elsewhere'].get).toEqual({})
    expect(result).toMatchObject({ security: [{ token: [] }, { key: [] }] })
  })

  test('is a pure merge (security/46)', () => {
    expect(JSON.stringify(document)).toBe(before)
    expect(result.info).toEqual(document.info)
    expect(result.components.schemas).toEqual({ Order: {} })
    expect(result.paths['/orders/{id}'].parameters).toEqual([])
    expect(policy.openapi(result, app)).toEqual(result)
    expect(policy.openapi({}, app)).not.toHaveProperty('paths')
  })

  test('has every scheme that is used, of all kinds (security/47)', () => {
    expect(result.components.securitySchemes).toEqual({
      old: { type: 'http', scheme: 'basic' },
      token: { type: 'http', scheme: 'token' },
      key: { type: 'apiKey', in: 'header', name: 'x-key', description: 'A key' },
    })
    const kinds: Record<string, SecuritySchemeObject> = {
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      query: { type: 'apiKey', in: 'query', name: 'key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
      mutual: { type: 'mutualTLS' },
      connect: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example/.well-known/openid-configuration' },
      oauth: { type: 'oauth2', flows: oauthFlows },
    }
    const [first, ...rest] = Object.entries(kinds).map(([name, object]) => described(name, object))
    if (!first) throw new Error('no schemes')
    const every = security({ default: any(first, ...rest) })
    const { components } = every.openapi({ components: { securitySchemes: {} } }, new Hono())
    expect(components.securitySchemes).toEqual(
      Object.fromEntries(
        Object.entries(kinds).map(([name, object]) => [name, { ...object, description: `The ${name}` }]),
      ),
    )
  })

  test('a request has to satisfy what is described, when it meets several policies (security/45)', () => {
    const several = new Hono()
      .use(policy)
      .get('/:any', policy.method(key), async (_c, next) => next())
      .get('/x', answer)
    const merged = policy.openapi({ paths: { '/x': { get: {} } } }, several)
    expect(merged.paths['/x'].get).toEqual({ security: [{ key: [], token: [] }, { key: [] }] })
  })
})

describe('routes()', () => {
  const policy = security({ default: any(auth, all(key, auth.scopes('read'))) })
  const app = new Hono()
    .use(policy)
    .get('/orders/:id', answer)
    .use('/partners/*', policy.service(key))
    .get('/partners/x', answer)
    .post('/orders', policy.method(optional(auth.scopes('write'))), answer)
    .use('/static/*', policy.none(), async (_c, next) => next())
    .all('/hook', policy.none(), answer)
    .on('PURGE', '/cache', answer)

  test('has every route with its policy, and where that comes from (security/48)', () => {
    const table = policy
      .routes(app)
      .map(({ method, path, policy: words, level }) => `${method} ${path} ${level}: ${words}`)
    expect(table).toEqual([
      'GET /orders/:id default: token or key + token(read)',
      'GET /partners/x service: key',
      'POST /orders route: optional token(write)',
      'ALL /static/* route: none',
      'ALL /hook route: none',
      'PURGE /cache default: token or key + token(read)',
    ])
  })

  test('says what OpenAPI cannot describe (security/48)', () => {
    const missing = policy.routes(app).filter(({ documented }) => !documented)
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'ALL /static/*',
      'ALL /hook',
      'PURGE /cache',
    ])
  })

  test('leaves the application open to further routes (security/48)', async () => {
    const policy2 = security({ default: auth })
    const growing = new Hono().use(policy2)
    policy2.routes(growing)
    policy2.assertCovered(growing)
    growing.get('/late', policy2.none(), (c) => c.text('late'))
    expect(await (await growing.request('/late')).text()).toBe('late')
  })
})
