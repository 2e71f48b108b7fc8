import { middleware, requestId, stack } from '@seaworthy/middleware'
import { Hono, type Context } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { describe, expect, test } from 'vitest'
import { security, type Policy } from './index.ts'
import { keyed, token } from './schemes.test-kit.ts'

const auth = token()
const key = keyed()
const answer = (c: Context): Response => c.text('')
const passesOn = createMiddleware(async (_c, next) => next())
/** A part of ours that answers, as the routes of a login do. */
const ours = middleware({ name: 'login', before: (x) => (x.path === '/login' ? new Response('') : undefined) })
const health = middleware({ name: 'health', before: (x) => (x.path === '/livez' ? new Response('') : undefined) })

type Build = (app: Hono, policy: Policy<unknown>) => Hono

function problemsOf(build: Build): string[] {
  const policy = security({ default: auth })
  const app = build(new Hono(), policy)
  try {
    policy.assertCovered(app)
    return []
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_SECURITY_UNCOVERED' })
    return error instanceof Error ? error.message.split('\n- ').slice(1) : []
  }
}

const broken: [string, Build, RegExp[]][] = [
  ['no guard', (a) => a.get('/x', answer), [/not mounted/]],
  [
    'a route before the guard',
    (a, p) => a.get('/early', answer).use(p).get('/x', answer),
    [/^GET \/early is registered before/],
  ],
  [
    'a route outside of the guard',
    (a, p) => a.use('/api/*', p).get('/api/x', answer).get('/x', answer),
    [/^GET \/x is registered before or outside/],
  ],
  [
    'a file server before the guard',
    (a, p) => a.use('/static/*', passesOn).use(p).get('/x', answer),
    [/^ALL \/static\/\* is registered before/, /^ALL \/static\/\* may answer/],
  ],
  [
    'a route before its service',
    (a, p) => a.use(p).get('/admin/x', answer).use('/admin/*', p.service(key)).get('/admin/y', answer),
    [/^GET \/admin\/x is registered before the service\(\)/],
  ],
  ['two markers', (a, p) => a.use(p).get('/x', p.none(), p.method(key), answer), [/^GET \/x has two markers/]],
  [
    'two markers in a stack',
    (a, p) => a.use(p).get('/x', stack(p.none(), p.method(key)), answer),
    [/^GET \/x has two markers/],
  ],
  [
    'a marker after a handler',
    (a, p) => a.use(p).get('/x', passesOn, p.none(), answer),
    [/^GET \/x has its marker after/],
  ],
  [
    'a route that passes on to one with another policy',
    (a, p) => a.use(p).get('/:any', p.none(), passesOn).get('/x', answer),
    [/^GET \/:any can pass on to GET \/x/],
  ],
  [
    'an open area with a route of the default in it',
    (a, p) => a.use(p).use('/files/*', p.none(), passesOn).get('*', answer),
    [/^ALL \/files\/\* can pass on to GET \/\*/],
  ],
  [
    'none() for everything',
    (a, p) => a.use(p).use(p.none()).get('/x', answer),
    [/^ALL \/\* has service\(\) or none\(\)/],
  ],
  [
    'service() for everything',
    (a, p) => a.use(p, p.service(key)).get('/x', answer),
    [/^ALL \/\* has service\(\) or none\(\)/],
  ],
  [
    'none() in a sub-application at /',
    (a, p) =>
      a
        .use(p)
        .route('/', new Hono().use(p.none()).get('/y', p.none(), answer))
        .get('/x', answer),
    [/^ALL \/\* has service\(\) or none\(\)/],
  ],
  [
    'static files without a marker',
    (a, p) => a.use(p).get('/x', answer).use('/static/*', passesOn),
    [/^ALL \/static\/\* may answer/],
  ],
  ['static files of everything', (a, p) => a.use(p).get('/x', answer).use('/*', passesOn), [/^ALL \/\* may answer/]],
  ['a mounted application', (a, p) => a.use(p).mount('/m', new Hono().fetch), [/^ALL \/m\/\* may answer/]],
  ['health behind the policy', (a, p) => a.use(p, health).get('/x', answer), [/^health is mounted behind the policy/]],
  [
    'health behind the policy in one stack',
    (a, p) => a.use(stack(p, health)).get('/x', answer),
    [/^health is mounted behind/],
  ],
]

describe('assertCovered()', () => {
  test.each(broken)('names %s (security/49)', (_name, build, expected) => {
    const problems = problemsOf(build)
    expect(problems).toHaveLength(expected.length)
    for (const [i, pattern] of expected.entries()) expect(problems[i]).toMatch(pattern)
  })

  test('names every problem at once, each once (security/49)', () => {
    const problems = problemsOf((a, p) =>
      a.get('/a', answer).get('/b', answer).use(p).get('/c', p.none(), p.none(), answer),
    )
    expect(problems).toHaveLength(3)
  })

  const sound: [string, Build][] = [
    [
      'an ordinary service',
      (a, p) =>
        a
          .use(cors(), requestId(), ours, health, p, passesOn)
          .get('/orders/:id', answer)
          .post('/orders', p.method(auth.scopes('write')), passesOn, answer)
          .use('/partners/*', p.service(key), passesOn)
          .get('/partners/list', answer)
          .get('/partners/public', p.none(), answer)
          .get('/catalogue', p.none(), answer)
          .use('/static/*', p.none(), passesOn)
          .mount('/legacy', new Hono().fetch)
          .use('/x', passesOn)
          .all('/x', answer),
    ],
    ['a single-page application', (a, p) => a.use(p).get('/api/x', answer).get('*', p.none(), answer)],
    ['everything in one stack', (a, p) => a.use(stack(requestId(), ours, p)).get('/x', answer)],
    [
      'sub-applications',
      (a, p) =>
        a
          .use(p)
          .route('/a', new Hono().use(p.service(key)).get('/x', answer))
          .get('/b', answer),
    ],
    ['a guard for an area, and nothing outside', (a, p) => a.use('/api/*', p).get('/api/x', answer)],
    ['a service that is open', (a, p) => a.use(p).use('/p/*', p.service(p.none())).get('/p/x', answer)],
    ['our answering parts on routes before the guard', (a, p) => a.get('/livez', health).use(p).get('/x', answer)],
  ]

  test.each(sound)('passes %s (security/49)', (_name, build) => {
    const built: Build = (a, p) => build(a, p)
    const problems = problemsOf(built).filter((problem) => !problem.startsWith('ALL /legacy'))
    expect(problems).toEqual([])
  })
})
