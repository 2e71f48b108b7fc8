import { Hono, type Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { describe, expect, test } from 'vitest'
import { security, type Policy } from './index.ts'
import { ask, keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const secret = (c: Context): Response => c.text(prize)
const open = (c: Context): Response => c.text('open')
const passesOn = createMiddleware(async (_c, next) => next())
/** What a file server does: it answers what it has, and passes on the rest. */
const files = createMiddleware(async (c, next) => (c.req.path.includes('file') ? c.text(prize) : next()))

describe('levels replace one another', () => {
  const only = (policy: Policy<unknown>): Hono =>
    new Hono()
      .use(policy)
      .use('/partners/*', policy.service(key))
      .get('/partners/list', secret)
      .get('/partners/mine', policy.method(auth.scopes('read')), secret)
      .get('/partners/public', policy.none(), open)
      .get('/default', secret)
  const app = only(security({ default: auth }))
  const withKey = { headers: { 'x-key': 'acme' } }

  test('an area replaces the default (security/3)', async () => {
    expect((await ask(app, '/partners/list', 'ann')).status).toBe(401)
    expect((await ask(app, '/partners/list', undefined, withKey)).body).toBe(prize)
    expect((await ask(app, '/default', undefined, withKey)).status).toBe(401)
  })

  test('a route replaces its area (security/3)', async () => {
    expect((await ask(app, '/partners/mine', undefined, withKey)).status).toBe(401)
    expect((await ask(app, '/partners/mine', 'ann:read')).body).toBe(prize)
    expect((await ask(app, '/partners/public')).body).toBe('open')
  })

  test('the deepest area holds, for what is registered after it (security/3)', async () => {
    const policy = security({ default: auth })
    const deep = new Hono()
      .use(policy)
      .get('/a/early', secret)
      .use('/a/*', policy.service(key))
      .use('/a/b/*', policy.service(auth.scopes('write')))
      .get('/a/b/c', secret)
      .get('/a/x', secret)
    expect((await ask(deep, '/a/b/c', undefined, withKey)).status).toBe(401)
    expect((await ask(deep, '/a/b/c', 'ann:write')).body).toBe(prize)
    expect((await ask(deep, '/a/x', undefined, withKey)).body).toBe(prize)
    expect((await ask(deep, '/a/early', 'ann')).body).toBe(prize)
  })

  test('an area says nothing of what stands before it (security/3)', async () => {
    const policy = security({ default: auth })
    const early = new Hono()
      .use(policy)
      .get('/a/early', async (c, _next) => c.text(prize))
      .use('/a/*', policy.service(key))
      .get('/a/x', secret)
    expect((await ask(early, '/a/early', undefined, withKey)).status).toBe(401)
  })

  test('an area may be open, and a sub-application may mark itself (security/3)', async () => {
    const policy = security({ default: auth })
    const pub = new Hono().use(policy.service(policy.none())).get('/x', open)
    const app2 = new Hono().use(policy).route('/public', pub).get('/x', secret)
    expect((await ask(app2, '/public/x')).body).toBe('open')
    expect((await ask(app2, '/x')).status).toBe(401)
  })

  test('a request that meets several policies has to satisfy all of them (security/4)', async () => {
    const policy = security({ default: auth })
    const both = new Hono().use(policy).get('/:any', policy.method(key), passesOn).get('/secret', secret)
    expect((await ask(both, '/secret', 'ann')).status).toBe(401)
    expect((await ask(both, '/secret', undefined, withKey)).status).toBe(401)
    expect((await ask(both, '/secret', 'ann', withKey)).body).toBe(prize)
  })

  test('middleware of an area does not count when a route of the area follows (security/4)', async () => {
    const policy = security({ default: auth })
    const app3 = new Hono()
      .use(passesOn, policy)
      .use('/catalogue/*', passesOn)
      .get('/catalogue/:id', policy.none(), open)
      .use('/assets/*', policy.none(), files)
    expect((await ask(app3, '/catalogue/1')).body).toBe('open')
    expect((await ask(app3, '/assets/file')).body).toBe(prize)
    expect((await ask(app3, '/catalogue')).status).toBe(401)
  })

  test('a handler that cannot pass on ends the way, whatever its body looks like (security/4)', async () => {
    const controller = { list: (c: Context): Response => c.text('open') }
    const handlers: ((c: Context) => Response)[] = [
      (c) => c.json({ ...{ open: true }, same: '=' === c.req.path }),
      function handler(c) {
        const spread = [...'open']
        return c.text(spread.join(''))
      },
      controller.list.bind(controller),
    ]
    for (const handler of handlers) {
      const policy = security({ default: auth })
      const app = new Hono().use(policy).get('/public', policy.none(), handler).get('*', secret)
      expect((await ask(app, '/public')).body).toContain('open')
      expect((await ask(app, '/other')).status).toBe(401)
    }
  })

  test('a single-page application may be open (security/3)', async () => {
    const policy = security({ default: auth })
    for (const app4 of [
      new Hono().use(policy).get('/api/x', secret).get('*', policy.none(), open),
      new Hono().use(policy).get('/api/x', secret).all('*', policy.none(), open),
    ]) {
      expect((await ask(app4, '/somewhere')).body).toBe('open')
      expect((await ask(app4, '/api/x')).status).toBe(401)
    }
  })
})

describe('a request that no route matches', () => {
  test('has to satisfy the default (security/5)', async () => {
    const policy = security({ default: auth })
    const app = new Hono().use(policy).get('/x', open)
    expect((await ask(app, '/nothing')).status).toBe(401)
    expect((await ask(app, '/nothing', 'ann')).status).toBe(404)
    expect((await ask(app, '/x', undefined, { method: 'DELETE' })).status).toBe(401)
  })

  test('is answered with 404 by the guard when told so, and runs nothing (security/5)', async () => {
    const policy = security({ default: auth, unmatched: 'not-found' })
    const ran: string[] = []
    const app = new Hono()
      .use(policy)
      .use(async (c, next) => {
        ran.push(c.req.path)
        await next()
      })
      .use('/static/*', files)
      .use('/open/*', policy.none(), files)
      .get('/x', secret)
    for (const path of ['/nothing', '/static/file']) {
      const { status, headers } = await ask(app, path, 'ann')
      expect(status).toBe(404)
      expect(headers.get('content-type')).toBe('application/problem+json')
    }
    expect(ran).toEqual([])
    expect((await ask(app, '/x')).status).toBe(401)
    expect((await ask(app, '/open/file')).body).toBe(prize)
    expect((await ask(app, '/x', 'ann')).body).toBe(prize)
  })

  test('also when it is a preflight: cors() stands before the policy (security/6)', async () => {
    const { cors } = await import('hono/cors')
    const policy = security({ default: auth })
    const app = new Hono().use(cors({ origin: 'https://app.example' }), policy).get('/x', secret)
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
    }
    expect((await ask(app, '/x', undefined, preflight)).status).toBe(204)
    const refused = await ask(app, '/x', undefined, { headers: { origin: 'https://app.example' } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const behind = new Hono().use(policy, cors()).get('/x', secret)
    expect((await ask(behind, '/x', undefined, preflight)).status).toBe(401)
  })
})
