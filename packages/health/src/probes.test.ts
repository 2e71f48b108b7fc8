import { isProbe, middleware, type Middleware, handler, problem, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { type Check, type CheckFunction, health, type Health, type HealthOptions, type Lifecycle } from './index.ts'

type Ask = (path: string, init?: RequestInit) => Promise<Response>

const application = (): Response => new Response('application')

/** Every way of mounting a part round an application that answers everything. */
const doors: Record<string, (part: Middleware) => Ask> = {
  'app.use': (part) => {
    const app = new Hono().use(part).all('*', application)
    return async (path, init) => app.request(path, init)
  },
  'a stack': (part) => {
    const app = new Hono().use(stack(middleware({ name: 'other' }), part)).all('*', application)
    return async (path, init) => app.request(path, init)
  },
  'handler()': (part) => {
    const fetch = handler(part, application)
    return async (path, init) => fetch(new Request(`http://localhost${path}`, init))
  },
  'a sub-application': (part) => {
    const app = new Hono().route('/', new Hono().use(part)).all('*', application)
    return async (path, init) => app.request(path, init)
  },
}

const passes = (): void => {}
const fails = (): never => {
  throw new Error('down')
}

function ask(options: HealthOptions): Ask {
  return doors['app.use']?.(quiet(options)) ?? expect.unreachable()
}

function quiet(options: HealthOptions): Health {
  return health({ logger: false, ...options })
}

async function status(asked: Promise<Response>): Promise<number> {
  return (await asked).status
}

interface Body {
  readonly status: string
  readonly checks: Readonly<Record<string, readonly { readonly status: string }[]>>
}

async function bodyOf(answer: Response): Promise<Body> {
  const body: Body = JSON.parse(await answer.text())
  return body
}

describe('liveness', () => {
  test('says the process is there and asks no dependency, whatever fails (health/1)', async () => {
    let calls = 0
    const db: Check = { check: () => void calls++, gates: ['ready', 'startup'] }
    const get = ask({ checks: { db, broken: { check: fails, gates: ['ready'] } } })
    expect(await status(get('/livez'))).toBe(200)
    expect(calls).toBe(0)
    expect(await status(get('/readyz'))).toBe(503)
    expect(calls).toBe(1)
  })

  test('stays 200 while the service starts, drains and closes, and is 503 once it has stopped (health/1)', async () => {
    const life: { state: Lifecycle['state'] } = { state: 'starting' }
    const get = ask({ lifecycle: life })
    for (const state of ['starting', 'ready', 'draining', 'closing'] as const) {
      life.state = state
      expect(await status(get('/livez'))).toBe(200)
    }
    life.state = 'stopped'
    expect(await status(get('/livez'))).toBe(503)
  })
})

describe('readiness', () => {
  test('follows the life cycle, and asks no check while it is off (health/2)', async () => {
    let calls = 0
    const life: { state: Lifecycle['state'] } = { state: 'starting' }
    const get = ask({ lifecycle: life, checks: { db: { check: () => void calls++, gates: ['ready'] } } })
    for (const state of ['starting', 'draining', 'closing', 'stopped'] as const) {
      life.state = state
      expect(await status(get('/readyz'))).toBe(503)
    }
    expect(calls).toBe(0)
    life.state = 'ready'
    expect(await status(get('/readyz'))).toBe(200)
    expect(calls).toBe(1)
  })

  test('is 200 without a life cycle and without checks (health/2)', async () => {
    expect(await status(ask({})('/readyz'))).toBe(200)
  })

  test('turns 503 when the drain begins while a check is asked (health/2)', async () => {
    const life: { state: Lifecycle['state'] } = { state: 'ready' }
    const get = ask({
      lifecycle: life,
      checks: { db: { check: async () => void (life.state = 'draining'), gates: ['ready'] } },
    })
    expect(await status(get('/readyz'))).toBe(503)
  })

  test('depends on the checks that gate it, of any kind, and on no other (health/3)', async () => {
    const broken = { db: true, cache: true }
    const checkOf =
      (name: 'db' | 'cache'): CheckFunction =>
      () =>
        !broken[name]
    const cache: Check = { check: checkOf('cache'), gates: ['ready'], kind: 'informational' }
    const get = ask({ ttl: 0, checks: { db: checkOf('db'), cache } })
    expect(await status(get('/readyz'))).toBe(503)
    broken.cache = false
    expect(await status(get('/readyz'))).toBe(200)
    expect(await status(get('/healthz'))).toBe(503)
  })

  test('by default a failing critical check never takes the service out of rotation (health/3)', async () => {
    const get = ask({ checks: { db: { check: fails, kind: 'critical' } } })
    expect(await status(get('/healthz'))).toBe(503)
    expect(await status(get('/readyz'))).toBe(200)
    expect(await status(get('/startupz'))).toBe(200)
  })

  test('a warning does not gate (health/3)', async () => {
    expect(await status(ask({ checks: { db: { check: () => 'warn', gates: ['ready'] } } })('/readyz'))).toBe(200)
  })
})

describe('start-up', () => {
  test('waits for the life cycle and its checks together, then passes for good without asking (health/4)', async () => {
    const life: { state: Lifecycle['state'] } = { state: 'starting' }
    const up = { db: false, cache: true }
    let calls = 0
    const gate = (name: 'db' | 'cache'): Check => ({ check: () => (calls++, up[name]), gates: ['startup'] })
    const get = ask({ ttl: 0, lifecycle: life, checks: { db: gate('db'), cache: gate('cache'), other: fails } })

    expect(await status(get('/startupz'))).toBe(503)
    expect(calls).toBe(0)
    life.state = 'ready'
    expect(await status(get('/startupz'))).toBe(503)
    up.db = true
    up.cache = false
    expect(await status(get('/startupz'))).toBe(503)
    up.cache = true
    expect(await status(get('/startupz'))).toBe(200)
    expect(calls).toBe(6)

    up.db = false
    for (const state of ['ready', 'draining', 'stopped'] as const) {
      life.state = state
      expect(await status(get('/startupz'))).toBe(200)
    }
    expect(calls).toBe(6)
  })

  test('a service that drains before it has started never says that it has (health/4)', async () => {
    const life: { state: Lifecycle['state'] } = { state: 'draining' }
    expect(await status(ask({ lifecycle: life })('/startupz'))).toBe(503)
  })
})

describe('health', () => {
  const cases: [kind: Check['kind'], answered: CheckFunction, code: number, word: string][] = [
    [undefined, passes, 200, 'pass'],
    [undefined, () => 'warn', 200, 'warn'],
    [undefined, fails, 503, 'fail'],
    ['critical', fails, 503, 'fail'],
    ['degraded', passes, 200, 'pass'],
    ['degraded', () => 'warn', 200, 'warn'],
    ['degraded', fails, 200, 'warn'],
    ['informational', () => 'warn', 200, 'pass'],
    ['informational', fails, 200, 'pass'],
  ]
  for (const [kind, check, code, word] of cases) {
    test(`a ${kind ?? 'plain'} check that ${check === passes ? 'passes' : check === fails ? 'fails' : 'warns'} means ${code} ${word} (health/5)`, async () => {
      const answer = await ask({ checks: { db: kind === undefined ? check : { check, kind }, fine: passes } })(
        '/healthz',
      )
      expect(answer.status).toBe(code)
      const body = await bodyOf(answer)
      expect(body.status).toBe(word)
      expect(body.checks['db']?.[0]?.status).toBe(check === passes ? 'pass' : check === fails ? 'fail' : 'warn')
      expect(body.checks['fine']?.[0]?.status).toBe('pass')
    })
  }

  test('the worst of all checks counts (health/5)', async () => {
    const checks = { a: () => 'warn', b: fails, c: { check: fails, kind: 'degraded' as const } }
    expect(await (await ask({ checks })('/healthz')).json()).toMatchObject({ status: 'fail' })
  })

  test('a service that is not ready is a warning, one that has stopped a failure (health/5)', async () => {
    const life: { state: Lifecycle['state'] } = { state: 'ready' }
    const get = ask({ lifecycle: life })
    expect(await (await get('/healthz')).json()).toEqual({ status: 'pass' })
    life.state = 'draining'
    const draining = await get('/healthz')
    expect(draining.status).toBe(200)
    expect(await draining.json()).toEqual({ status: 'warn', notes: ['The life cycle is draining.'] })
    life.state = 'stopped'
    expect(await status(get('/healthz'))).toBe(503)
  })

  test('one check is asked alone and answered as it stands, whatever its kind (health/6)', async () => {
    let calls = 0
    const checks: Record<string, Check | CheckFunction> = {
      cache: { check: fails, kind: 'informational' },
      'orders-db.1': passes,
      other: () => void calls++,
    }
    const get = ask({ checks })
    expect(await status(get('/healthz/cache'))).toBe(503)
    const answer = await get('/healthz/orders-db.1')
    expect(answer.status).toBe(200)
    expect(Object.keys((await bodyOf(answer)).checks)).toEqual(['orders-db.1'])
    expect(calls).toBe(0)
  })

  test('a check that does not exist is 404, also before a route that answers everything (health/6)', async () => {
    for (const path of ['/healthz/nope', '/healthz/', '/healthz/db/x', '/healthz/constructor', '/healthz/%64b']) {
      const answer = await ask({ checks: { db: passes } })(path)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })
})

describe('life cycle that was never mounted', () => {
  test('shows on /healthz in every form, as a warning (health/7)', async () => {
    const get = ask({ lifecycle: { state: 'ready', mounted: false } })
    for (const accept of ['application/health+json', 'application/json', 'text/plain']) {
      const answer = await get('/healthz', { headers: { accept } })
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('ERR_LIFECYCLE_NOT_MOUNTED')
    }
    expect(await (await get('/healthz')).json()).toMatchObject({ status: 'warn' })
    expect(await status(get('/readyz'))).toBe(200)
  })

  test('one that is mounted, or does not tell, shows nothing (health/7)', async () => {
    for (const lifecycle of [{ state: 'ready', mounted: true }, { state: 'ready' }] as const) {
      const answer = await ask({ lifecycle })('/healthz')
      expect(await answer.text()).not.toContain('ERR_')
    }
  })
})

describe('requests', () => {
  for (const [door, mount] of Object.entries(doors)) {
    test(`${door}: GET and HEAD are answered, with any query and never to be cached (health/8) (health/9)`, async () => {
      const get = mount(quiet({ checks: { db: passes, bad: fails } }))
      for (const path of ['/livez', '/readyz', '/startupz', '/healthz', '/healthz/db', '/healthz/bad']) {
        const plain = await get(path)
        const queried = await get(`${path}?verbose=1&x=/livez`)
        const head = await get(path, { method: 'HEAD' })
        const text = await plain.text()
        expect(plain.status).toBe(/bad|healthz$/.test(path) ? 503 : 200)
        expect(plain.headers.get('content-type')).toBe('application/health+json')
        expect(await queried.text()).toBe(text)
        expect(await head.text()).toBe('')
        for (const answer of [queried, head]) {
          expect(answer.status).toBe(plain.status)
          expect(answer.headers.get('content-type')).toBe(plain.headers.get('content-type'))
          expect(answer.headers.get('cache-control')).toBe('no-store')
        }
      }
    })

    test(`${door}: other methods are 405 and ask nothing (health/8) (health/9)`, async () => {
      let calls = 0
      const get = mount(quiet({ checks: { db: () => void calls++ } }))
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE']) {
        const answer = await get('/healthz', { method })
        expect(answer.status).toBe(405)
        expect(answer.headers.get('allow')).toBe('GET, HEAD')
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
      expect(calls).toBe(0)
    })

    test(`${door}: every other path is the application's (health/10)`, async () => {
      const get = mount(quiet({ checks: { db: fails } }))
      for (const path of [
        '/',
        '/livez/',
        '/livezx',
        '/LIVEZ',
        '/x/livez',
        '/healthzz',
        '/orders?next=/livez',
        '/%6civez',
      ]) {
        const answer = await get(path)
        expect(await answer.text()).toBe('application')
        expect(answer.headers.get('cache-control')).toBe(null)
      }
    })
  }

  test('over real sockets (health/8) (health/9)', async () => {
    const app = new Hono().use(quiet({ checks: { db: passes } })).all('*', application)
    await using server = await serve(app.fetch)
    const answer = await fetch(`${server.url}/healthz/db?x`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ status: 'pass' })
    const head = await fetch(`${server.url}/readyz`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(await (await fetch(`${server.url}/`)).text()).toBe('application')
  })

  test('paths can be moved and left out, and all are known as probes (health/10) (health/11)', async () => {
    const paths = { live: '/internal/live', ready: false, health: '/internal/health' } as const
    const part = quiet({ paths, checks: { db: passes } })
    expect(part.paths).toEqual(['/internal/live', '/startupz', '/internal/health', '/internal/health/db'])
    const get = doors['app.use']?.(part) ?? expect.unreachable()
    for (const path of part.paths) {
      expect(await status(get(path))).toBe(200)
      expect(isProbe({ path })).toBe(true)
    }
    for (const path of ['/livez', '/readyz', '/healthz', '/healthz/db']) {
      expect(await (await get(path)).text()).toBe('application')
    }
    expect(isProbe({ path: '/internal/other' })).toBe(false)
  })

  test('before a guard the probes need no credentials; behind it the guard answers (health/12)', async () => {
    const guard = middleware({ name: 'guard', before: () => problem({ status: 401 }) })
    const outside = new Hono().use(quiet({}), guard)
    const inside = new Hono().use(guard, quiet({}))
    expect((await outside.request('/livez')).status).toBe(200)
    expect((await outside.request('/orders')).status).toBe(401)
    expect((await inside.request('/livez')).status).toBe(401)
  })
})
