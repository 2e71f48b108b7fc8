import { Hono, type Context } from 'hono'
import { every } from 'hono/combine'
import { createMiddleware } from 'hono/factory'
import { methodOverride } from 'hono/method-override'
import { describe, expect, test } from 'vitest'
import { middleware, stack } from '@seaworthy/middleware'
import { security, type Policy } from './index.ts'
import { ask, keyed, prize, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const secret = (c: Context): Response => c.text(prize)
const open = (c: Context): Response => c.text('open')
const passesOn = createMiddleware(async (_c, next) => next())
/** What a file server does: it answers what it has, and passes on the rest. */
const files = createMiddleware(async (c, next) => (c.req.path.includes('file') ? c.text(prize) : next()))

type Build = (app: Hono, policy: Policy<unknown>) => Hono

interface Attack {
  readonly name: string
  readonly app: Build
  readonly path: string
  readonly init?: RequestInit
  /** What the route asks of somebody who has the default's credentials. @default 200 */
  readonly allowed?: number
}

/** Each of them got the protected body from a naive version, or looks as if it could. */
const attacks: Attack[] = [
  {
    name: 'a parameter route with none() after the protected route',
    app: (a, p) => a.get('/secret', secret).get('/:any', p.none(), open),
    path: '/secret',
  },
  {
    name: 'a parameter route with none() before the protected route, which passes on',
    app: (a, p) => a.get('/:any', p.none(), passesOn).get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'a service() of none() for everything, just before a catch-all',
    app: (a, p) => a.use('/*', p.service(p.none())).all('/*', secret),
    path: '/secret',
  },
  {
    name: 'a service() of none() for everything, before other routes and a catch-all',
    app: (a, p) => a.use(p.service(p.none())).get('/:a/:b', open).all('*', secret),
    path: '/secret',
  },
  {
    name: 'a none() handler with rest parameters that calls next()',
    app: (a, p) =>
      a
        .get('/:any', p.none(), ...([async (...args: [Context, () => Promise<void>]) => args[1]()] as const))
        .get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'a none() handler with a default value that calls next()',
    app: (a, p) =>
      a
        .get('/:any', p.none(), async (c: Context, next: () => Promise<void> = async () => undefined) => {
          await next()
          return c.res
        })
        .get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'a none() handler with arguments that calls next()',
    app: (a, p) => {
      function pass(_c: Context): Promise<void> {
        // oxlint-disable-next-line prefer-rest-params -- what is tested
        return arguments[1]()
      }
      return a.get('/:any', p.none(), pass).get('/secret', secret)
    },
    path: '/secret',
  },
  {
    name: 'a bound none() handler that calls next()',
    app: (a, p) => {
      const controller = {
        passed: 0,
        pass(...args: [Context, () => Promise<void>]): Promise<void> {
          this.passed++
          return args[1]()
        },
      }
      const bound = controller.pass.bind(controller)
      return a.get('/:any', p.none(), bound).get('/secret', secret)
    },
    path: '/secret',
  },
  {
    name: 'a single-page application with none() after a method policy',
    app: (a, p) => a.get('/secret', p.method(auth), secret).all('*', p.none(), open),
    path: '/secret',
  },
  {
    name: 'a single-page application on GET with none() after a default route',
    app: (a, p) => a.get('/secret', secret).get('*', p.none(), open),
    path: '/secret',
  },
  {
    name: 'a single-page application with none() before a method policy, which passes on',
    app: (a, p) => a.all('*', p.none(), passesOn).get('/secret', p.method(auth), secret),
    path: '/secret',
  },
  {
    name: "none() in use('/*') after the guard",
    app: (a, p) => a.use('/*', p.none()).get('/secret', secret),
    path: '/secret',
  },
  {
    name: "none() in use('*') with a file server of everything",
    app: (a, p) => a.use('*', p.none(), files),
    path: '/file',
  },
  {
    name: 'service(none()) of everything',
    app: (a, p) => a.use(p.service(p.none())).get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'a sub-application at / with none() beside a sibling',
    app: (a, p) => a.route('/', new Hono().use(p.none()).get('/public', p.none(), open)).get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'none() for an area, and a route in it without a marker',
    app: (a, p) => a.use('/files/*', p.none(), files).get('/files/secret', secret),
    path: '/files/secret',
  },
  {
    name: 'a file server without a marker',
    app: (a) => a.use('/static/*', files),
    path: '/static/file.css',
  },
  {
    name: 'a file server without a marker before an open single-page application',
    app: (a, p) => a.use('/static/*', files).get('*', p.none(), open),
    path: '/static/file.css',
  },
  {
    name: 'on() with several methods and paths',
    app: (a, p) => a.on(['GET', 'PURGE'], ['/secret', '/secret2'], secret).on('GET', '/:any', p.none(), open),
    path: '/secret2',
  },
  {
    name: 'all() with a method of its own',
    app: (a, p) => a.all('/secret', secret).on('PURGE', '/:any', p.none(), open),
    path: '/secret',
    init: { method: 'PURGE' },
  },
  {
    name: 'a handler on all() that may pass on, before an open route of one method',
    app: (a, p) => a.all('/secret', async (c, _next) => c.text(prize)).get('/secret', p.none(), open),
    path: '/secret',
  },
  {
    name: 'HEAD of a protected GET',
    app: (a, p) => a.get('/secret', secret).on('HEAD', '/:any', p.none(), open),
    path: '/secret',
    init: { method: 'HEAD' },
  },
  {
    name: 'two handlers on one path, the second one open',
    app: (a, p) => a.get('/secret', secret).get('/secret', p.none(), open),
    path: '/secret',
  },
  {
    name: 'two handlers on one path that pass on, the second one open',
    app: (a, p) => a.get('/secret', async (c, _next) => c.text(prize)).get('/secret', p.none(), open),
    path: '/secret',
  },
  {
    name: 'two markers on one route',
    app: (a, p) => a.get('/secret', p.none(), p.method(auth), secret),
    path: '/secret',
  },
  {
    name: 'two markers on one route, none() last',
    app: (a, p) => a.get('/secret', p.method(auth), p.none(), secret),
    path: '/secret',
  },
  {
    name: 'two markers in one stack',
    app: (a, p) => a.get('/secret', stack(p.none(), middleware({}), p.method(auth)), secret),
    path: '/secret',
  },
  {
    name: 'a service of a deeper area that is open for its parent',
    app: (a, p) =>
      a.use('/admin/*', p.service(p.none())).use('/admin/keys/*', p.service(auth)).get('/admin/keys/secret', secret),
    path: '/admin/keys/secret',
  },
  {
    name: 'an area reached through a parameter',
    app: (a, p) => a.use('/admin/*', p.service(auth)).get('/:area/secret', p.none(), secret),
    path: '/admin/secret',
  },
  {
    name: 'method policies in use() of an area',
    app: (a, p) => a.use('/admin/*', p.method(auth)).get('/admin/secret', p.none(), secret),
    path: '/admin/secret',
  },
  {
    name: 'a marker inside of every()',
    app: (a, p) => a.use('/secret', every(p.none(), passesOn)).get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'sub-applications with their own onError',
    app: (a, p) => {
      const inner = new Hono().onError((_e, c) => c.text('', 500)).get('/secret', secret)
      const outer = new Hono().onError((_e, c) => c.text('', 500)).route('/', inner)
      return a.route('/api', outer).get('/api/:any', p.none(), open)
    },
    path: '/api/secret',
  },
  {
    name: 'a sub-application with its own onError and an open handler that passes on',
    app: (a, p) => {
      const inner = new Hono().onError((_e, c) => c.text('', 500)).get('/:any', p.none(), passesOn)
      return a.route('/api', inner).get('/api/secret', secret)
    },
    path: '/api/secret',
  },
  {
    name: 'app.mount without a marker',
    app: (a) => a.mount('/m', new Hono().get('/secret', secret).fetch),
    path: '/m/secret',
  },
  {
    name: 'app.mount with an open single-page application after it',
    app: (a, p) => a.mount('/m', new Hono().get('/secret', secret).fetch).all('*', p.none(), open),
    path: '/m/secret',
  },
  {
    name: 'a mounted application whose route has a marker of the same policy, in an open area',
    app: (a, p) => a.use('/m/*', p.none()).mount('/m', new Hono().get('/secret', p.method(auth), secret).fetch),
    path: '/m/secret',
  },
  {
    name: 'a mounted application with the guard of its own, in an open area',
    app: (a, p) => a.use('/m/*', p.none()).mount('/m', new Hono().use(p).get('/secret', secret).fetch),
    path: '/m/secret',
  },
  {
    name: 'a mounted application whose marker an open area outside has replaced',
    app: (a, p) => {
      const area = p.service(auth)
      const inner = new Hono().get('/secret', area, secret)
      return a.use('/m/*', area).use('/m/sub/*', p.none()).mount('/m/sub', inner.fetch)
    },
    path: '/m/sub/secret',
  },
  {
    name: 'an encoded letter',
    app: (a, p) => a.use('/admin/*', p.service(auth)).get('/admin/x', secret).get('*', p.none(), open),
    path: '/%61dmin/x',
  },
  {
    name: 'a regular expression that matches the same paths',
    app: (a, p) => a.get('/:id{[a-z]+}', p.none(), passesOn).get('/secret', secret),
    path: '/secret',
  },
  {
    name: 'an optional parameter',
    app: (a, p) => a.get('/secret/:id?', secret).get('/:any', p.none(), open),
    path: '/secret',
  },
  {
    name: 'the guard mounted twice',
    app: (a, p) => a.use(p).get('/secret', secret).get('/:any', p.none(), open),
    path: '/secret',
  },
]

function applicationOf(build: Build): Hono {
  const policy = security({ default: auth })
  return build(new Hono().use(policy), policy)
}

describe('nobody gets the protected body by', () => {
  test.each(attacks)('$name (security/1)', async ({ app: build, path, init, allowed = 200 }) => {
    const app = applicationOf(build)
    const refused = await ask(app, path, undefined, init)
    expect(refused.status).toBe(401)
    expect(refused.body).not.toContain(prize)
    // The control: the same request does reach the prize with credentials.
    const letIn = await ask(app, path, 'ann', init)
    expect(letIn.status).toBe(allowed)
    if (init?.method !== 'HEAD' && !['service', 'none() first'].includes(path))
      expect(letIn.body).toMatch(/protected|open/)
  })

  test.each([
    '/admin%2Fx',
    '/files/%2e%2e/admin/x',
    '/files/../admin/x',
    '//admin/x',
    '/admin/x/',
    '/ADMIN/x',
    '/admin//x',
    '/./admin/x',
    '/admin/%2e/x',
  ])('spelling the path as %s (security/1)', async (path) => {
    const app = applicationOf((a, p) =>
      a
        .use('/admin/*', p.service(auth))
        .get('/admin/x', secret)
        .get('/files/*', p.none(), open)
        .get('*', p.none(), open),
    )
    expect((await ask(app, path)).body).not.toContain(prize)
    expect((await ask(app, '/admin/x', 'ann')).body).toBe(prize)
  })

  test('asking for an open path first: what is remembered is the whole chain of routes (security/1)', async () => {
    const app = applicationOf((a, p) => a.get('/:any', p.none(), passesOn).get('/secret', secret).get('/open', open))
    for (const path of ['/nothing', '/secret', '/nothing', '/open', '/secret']) {
      expect((await ask(app, path)).status).toBe(path === '/nothing' ? 404 : 401)
    }
  })

  test('method override (security/1)', async () => {
    const policy = security({ default: auth })
    const app = new Hono()
    app.use('/posts/*', methodOverride({ app, query: '_method' }))
    app.use(policy).post('/posts/:id', policy.none(), open).delete('/posts/:id', secret)
    const init = { method: 'POST' }
    expect((await ask(app, '/posts/1?_method=DELETE', undefined, init)).status).toBe(401)
    expect((await ask(app, '/posts/1?_method=DELETE', 'ann', init)).body).toBe(prize)
    expect((await ask(app, '/posts/1', undefined, init)).body).toBe('open')
  })

  test('registering a route with a marker before the guard (security/2)', async () => {
    const policy = security({ default: key })
    const app = new Hono().get('/secret', policy.method(auth), secret).use(policy).get('/other', secret)
    expect((await ask(app, '/secret')).status).toBe(401)
    expect((await ask(app, '/secret', 'ann')).body).toBe(prize)
  })

  test('never mounting the guard, for a route with a marker (security/2)', async () => {
    const policy = security({ default: key })
    const app = new Hono().get('/secret', policy.method(auth.scopes('write')), secret)
    expect((await ask(app, '/secret')).status).toBe(401)
    expect((await ask(app, '/secret', 'ann')).status).toBe(403)
    expect((await ask(app, '/secret', 'ann:write')).body).toBe(prize)
  })

  test('a marker inside of every(), which enforces itself (security/2)', async () => {
    const policy = security({ default: auth })
    const app = new Hono().use(policy).get('/secret', every(policy.method(auth.scopes('write'))), secret)
    expect((await ask(app, '/secret', 'ann')).status).toBe(403)
    expect((await ask(app, '/secret', 'ann:write')).body).toBe(prize)
  })
})
