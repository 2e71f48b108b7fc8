import { AsyncLocalStorage } from 'node:async_hooks'
import { Hono, type Context } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  currentExchange,
  handler,
  middleware,
  setHookErrorReporter,
  stack,
  type Hooks,
  type Middleware,
} from './index.ts'

type Answer = () => Response | Promise<Response>

/** Every way of mounting the same parts round the same answer. */
const doors: Record<string, (parts: Middleware[], answer: Answer) => () => Promise<Response>> = {
  'one app.use of a stack': (parts, answer) => {
    const app = new Hono().use(stack(...parts)).get('/a/b', answer)
    return async () => app.request('/a/b')
  },
  'several app.use': (parts, answer) => {
    const app = new Hono()
    for (const part of parts) app.use(part)
    app.get('/a/b', answer)
    return async () => app.request('/a/b')
  },
  'nested stacks': (parts, answer) => {
    const app = new Hono().use(stack(stack(...parts.slice(0, 1)), stack(stack(...parts.slice(1))))).get('/a/b', answer)
    return async () => app.request('/a/b')
  },
  'handler() with a synchronous or asynchronous function': (parts, answer) => {
    const fetch = handler(stack(...parts), answer)
    return async () => fetch(new Request('http://localhost/a/b'))
  },
  'handler() round handler()': (parts, answer) => {
    const inner = handler(stack(...parts.slice(1)), answer)
    const fetch = handler(stack(...parts.slice(0, 1)), inner)
    return async () => fetch(new Request('http://localhost/a/b'))
  },
  'handler() round Hono': (parts, answer) => {
    const app = new Hono().use(...parts.slice(1)).get('/a/b', answer)
    const fetch = handler(stack(...parts.slice(0, 1)), (request: Request) => app.fetch(request))
    return async () => fetch(new Request('http://localhost/a/b'))
  },
  'a sub-application under app.route() with its own onError and notFound': (parts, answer) => {
    const inner = new Hono().onError((_e, c) => c.text('inner', 500)).notFound((c) => c.text('none', 404))
    for (const part of parts.slice(1)) inner.use(part)
    inner.get('/b', answer)
    const app = new Hono().use(...parts.slice(0, 1)).route('/a', inner)
    return async () => app.request('/a/b')
  },
  basePath: (parts, answer) => {
    const app = new Hono().basePath('/a')
    for (const part of parts) app.use(part)
    app.get('/b', answer)
    return async () => app.request('/a/b')
  },
  'app.mount': (parts, answer) => {
    const inner = new Hono()
    for (const part of parts.slice(1)) inner.use(part)
    inner.get('/b', answer)
    const app = new Hono().use(...parts.slice(0, 1)).mount('/a', inner.fetch)
    return async () => app.request('/a/b')
  },
}

function recorder(): { calls: string[]; part(name: string, hooks?: Hooks): Middleware } {
  const calls: string[] = []
  return {
    calls,
    part: (name, hooks = {}) =>
      middleware({
        name,
        before() {
          calls.push(`${name}.before`)
        },
        after() {
          calls.push(`${name}.after`)
        },
        settled() {
          calls.push(`${name}.settled`)
        },
        ...hooks,
      }),
  }
}

let reported: string[] = []
let restore = (): void => undefined
beforeEach(() => {
  reported = []
  restore = setHookErrorReporter((error, { hook, part }) => reported.push(`${part}.${hook}: ${String(error)}`))
})
afterEach(() => restore())

describe.each(Object.entries(doors))('mounted by %s', (_door, mount) => {
  const readBody: Answer = () => Response.json({ fine: true })

  test('before runs in order, after and settled in reverse (middleware/1) (middleware/2) (middleware/4)', async () => {
    const { calls, part } = recorder()
    const response = await mount([part('a'), part('b'), part('c')], async () => {
      await Promise.resolve()
      calls.push('handler')
      return readBody()
    })()
    expect(await response.json()).toEqual({ fine: true })
    expect(calls).toEqual([
      ...['a.before', 'b.before', 'c.before', 'handler'],
      ...['c.after', 'b.after', 'a.after', 'c.settled', 'b.settled', 'a.settled'],
    ])
  })

  test('a part that answers ends the chain for exactly the parts whose turn came (middleware/1) (middleware/2)', async () => {
    const { calls, part } = recorder()
    const denies = part('b', {
      before: () => {
        calls.push('b.before')
        return Response.json({}, { status: 401 })
      },
    })
    const response = await mount([part('a'), denies, part('c')], () => expect.fail('the handler ran'))()
    expect(response.status).toBe(401)
    expect(calls).toEqual(['a.before', 'b.before', 'b.after', 'a.after', 'b.settled', 'a.settled'])
  })

  test('a scope holds for what comes after its part, and for every after and settled (middleware/3) (middleware/4)', async () => {
    const store = new AsyncLocalStorage<string>()
    const seen: string[] = []
    const look = (where: string): void => void seen.push(`${where} ${store.getStore() ?? ''}`)
    const part = (name: string): Middleware =>
      middleware({
        name,
        before: () => look(`${name}.before`),
        scope: (_x, run) => store.run((store.getStore() ?? '') + name, run),
        after: () => look(`${name}.after`),
        settled: () => look(`${name}.settled`),
      })
    const response = await mount([part('a'), part('b')], async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      look('handler')
      return readBody()
    })()
    await response.text()
    expect(seen).toEqual([
      ...['a.before ', 'b.before a', 'handler ab'],
      ...['b.after ab', 'a.after ab', 'b.settled ab', 'a.settled ab'],
    ])
  })

  test('the end of a request that a part answers is inside the scopes so far (middleware/3)', async () => {
    const store = new AsyncLocalStorage<string>()
    const seen: string[] = []
    const look = (where: string): void => void seen.push(`${where} ${store.getStore() ?? ''}`)
    const outer = middleware({
      scope: (_x, run) => store.run('outer', run),
      after: () => look('after'),
      settled: () => look('settled'),
    })
    const denies = middleware({
      before: () => Response.json({}, { status: 401 }),
      scope: (_x, run) => store.run('not reached', run),
      after: () => look('denial'),
    })
    const response = await mount([outer, denies], () => expect.fail('the handler ran'))()
    await response.text()
    expect(seen).toEqual(['denial outer', 'after outer', 'settled outer'])
  })

  test('a before that throws answers 500 without details (middleware/6)', async () => {
    const { calls, part } = recorder()
    for (const failing of [
      () => {
        throw new Error('secret detail')
      },
      () => Promise.reject(new Error('secret detail')),
    ]) {
      calls.length = 0
      reported.length = 0
      const response = await mount([part('a'), part('b', { before: failing }), part('c')], readBody)()
      expect(response.status).toBe(500)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.text()).not.toContain('secret')
      expect(calls).toEqual(['a.before', 'b.after', 'a.after', 'b.settled', 'a.settled'])
      expect(reported).toEqual(['b.before: Error: secret detail'])
    }
  })

  test('an after, settled or scope that throws is reported once and changes nothing else (middleware/7)', async () => {
    const { calls, part } = recorder()
    const fail = (): never => {
      throw new Error('broken')
    }
    const parts = [
      part('a'),
      part('b', { after: fail }),
      part('c', { settled: fail }),
      part('d', { scope: fail }),
      part('e', {
        scope(_x, run) {
          run()
          return fail()
        },
      }),
    ]
    const response = await mount(parts, () => {
      calls.push('handler')
      return readBody()
    })()
    expect(await response.json()).toEqual({ fine: true })
    expect(calls.filter((call) => call === 'handler')).toHaveLength(1)
    expect(calls.slice(-3)).toEqual(['d.settled', 'b.settled', 'a.settled'])
    expect(reported.toSorted()).toEqual(
      ['b.after', 'c.settled', 'd.scope', 'e.scope'].map((where) => `${where}: Error: broken`),
    )
  })

  test('around may answer before the handler is done, and the late result is dropped (middleware/5)', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const silenced = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    for (const late of ['resolves', 'rejects'] as const) {
      const { calls, part } = recorder()
      let finish = (): void => undefined
      const deadline = part('deadline', {
        around: (_x, next) => {
          void next()
          return new Promise((resolve) => setTimeout(() => resolve(Response.json({}, { status: 504 })), 5))
        },
      })
      const response = await mount([part('a'), deadline, part('c')], async () => {
        await new Promise<void>((resolve) => (finish = resolve))
        calls.push('late')
        if (late === 'rejects') throw new Error('late')
        return Response.json({ late: true })
      })()
      expect(response.status).toBe(504)
      finish()
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(calls).toEqual([
        ...['a.before', 'deadline.before', 'c.before', 'c.after', 'deadline.after', 'a.after'],
        ...['c.settled', 'deadline.settled', 'a.settled', 'late'],
      ])
      expect(response.status).toBe(504)
    }
    process.off('unhandledRejection', unhandled)
    silenced.mockRestore()
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('what was still to come is not begun after around has answered (middleware/5)', async () => {
    const { calls, part } = recorder()
    let open = (): void => undefined
    const slow = part('slow', { before: () => new Promise<void>((resolve) => (open = resolve)) })
    const deadline = part('deadline', {
      around(_x, next) {
        void next()
        return Promise.resolve(Response.json({}, { status: 504 }))
      },
    })
    const response = await mount([deadline, slow, part('c')], () => expect.fail('the handler ran'))()
    open()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(response.status).toBe(504)
    expect(calls).not.toContain('c.before')
  })

  test('around sees and replaces the response, and runs the chain once (middleware/5)', async () => {
    const { part } = recorder()
    const replaces = part('b', {
      async around(_x, next) {
        const response = await next()
        expect(await response.json()).toEqual({ fine: true })
        await expect((async () => next())()).rejects.toThrow('once')
        return Response.json({ replaced: true }, { status: 203 })
      },
    })
    const response = await mount([part('a'), replaces, part('c')], readBody)()
    expect(response.status).toBe(203)
    expect(await response.json()).toEqual({ replaced: true })
  })

  test('all parts share one ambient exchange (middleware/8)', async () => {
    const seen = new Set<unknown>()
    const part = (name: string): Middleware =>
      middleware({ name, before: (x) => void seen.add(x).add(currentExchange()), after: (x) => void seen.add(x) })
    await mount([part('a'), part('b')], async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      seen.add(currentExchange())
      return readBody()
    })()
    expect(seen.size).toBe(1)
  })
})

test('around may replace the request that the handler is given (middleware/5)', async () => {
  const rewrites = middleware({
    around: (x, next) => next(new Request(x.request, { method: 'POST', body: 'replaced' })),
  })
  const app = new Hono().use(rewrites).get('/', async (c) => c.text(await c.req.text()))
  expect(await (await app.request('/')).text()).toBe('replaced')
  const fetch = handler(rewrites, async (request: Request) => new Response(await request.text()))
  expect(await (await fetch(new Request('http://localhost/'))).text()).toBe('replaced')
})

test('an error of the handler passes through around as it is (middleware/5)', async () => {
  const around = middleware({ around: async (_x, next) => next() })
  const fetch = handler(around, () => Promise.reject(new Error('mine')))
  await expect((async () => fetch(new Request('http://localhost/')))()).rejects.toThrow('mine')
  expect(reported).toEqual([])
})

test('an around that returns undefined and called nothing stands aside (middleware/5)', async () => {
  const kept: ((request?: Request) => unknown)[] = []
  const around = middleware({
    around(_x, next) {
      kept.push(next)
      return undefined
    },
  })
  const app = new Hono().use(around, around).get('/', (c) => c.text('reached'))
  const response = await app.request('/')
  expect([response.status, await response.text()]).toEqual([200, 'reached'])
  for (const next of kept) expect(next).toThrow('Call next() once')
  const fetch = handler(around, () => new Response('at once'))
  expect(fetch(new Request('http://localhost/'))).toBeInstanceOf(Response)
  const failing = handler(around, () => Promise.reject(new Error('mine')))
  await expect(Promise.resolve(failing(new Request('http://localhost/')))).rejects.toThrow('mine')
  expect(reported).toEqual([])
})

test('an around that throws answers 500 and is reported (middleware/7)', async () => {
  const around = middleware({
    name: 'broken',
    around: () => {
      throw new Error('broken')
    },
  })
  const app = new Hono().use(around).get('/', (c) => c.text('unreachable'))
  expect((await app.request('/')).status).toBe(500)
  expect(reported).toEqual(['broken.around: Error: broken'])
})

describe('the handler fails because its signal was aborted, just when around answers', () => {
  // How long the way from the handler to the answer is depends on the layers: a failure at every step of it.
  const steps = Array.from({ length: 24 }, (_, i) => i)
  const deadline = middleware({
    async around(x, next) {
      void Promise.resolve(next()).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 1))
      x.abort(new Error('late'))
      return Response.json({ late: true }, { status: 504 })
    },
  })
  const aborted = async (step: number): Promise<Response> => {
    const signal = currentExchange()?.signal
    await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    for (let i = 0; i < step; i++) await Promise.resolve()
    throw new Error('aborted')
  }
  const fails = (_error: Error, c: Context): Response => c.text('failed', 500, { 'x-failed': '1' })
  const apps: Record<string, (step: number) => Hono> = {
    alone: (step) =>
      new Hono()
        .onError(fails)
        .use(deadline)
        .get('/', () => aborted(step)),
    'between layers': (step) =>
      new Hono()
        .onError(fails)
        .use(middleware({}), deadline, middleware({}))
        .get('/', () => aborted(step)),
    'round foreign middleware that sets a response': (step) =>
      new Hono().use(deadline).get(
        '/',
        async (c, next) => {
          await next()
          c.res = new Response('foreign', { status: 201 })
        },
        async (c) => {
          await aborted(step).catch(() => undefined)
          return c.text('late')
        },
      ),
    'in a sub-application with its own onError': (step) =>
      new Hono().use(deadline).route(
        '/',
        new Hono().onError(fails).get('/', () => aborted(step)),
      ),
  }

  test.each(Object.entries(apps))('%s: the answer stands (middleware/51) (middleware/5)', async (_name, app) => {
    const answers = await Promise.all(steps.map(async (step) => app(step).request('/')))
    expect(answers.map(({ status, headers }) => [status, headers.get('x-failed')])).toEqual(
      steps.map(() => [504, null]),
    )
    expect(await Promise.all(answers.map(async (answer) => answer.text()))).toEqual(steps.map(() => '{"late":true}'))
  })

  test('foreign middleware outside still changes the answer (middleware/51)', async () => {
    const app = new Hono().use(async (c, next) => {
      await next()
      c.res = new Response(`outer ${c.res.status}`, { status: 503 })
    })
    app.use(deadline).get('/', () => aborted(0))
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([503, 'outer 504'])
  })
})

test('a late body that nobody reads is let go (middleware/51)', async () => {
  const cancel = vi.fn()
  let answer = (_response: Response): void => undefined
  const early = middleware({
    around(_x, next) {
      void next()
      return Response.json({}, { status: 504 })
    },
  })
  const fetch = handler(early, () => new Promise<Response>((resolve) => (answer = resolve)))
  expect((await fetch(new Request('http://localhost/'))).status).toBe(504)
  answer(new Response(new ReadableStream({ cancel })))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(cancel).toHaveBeenCalledOnce()
})

test('next() begins nothing once around has answered (middleware/5)', async () => {
  const { calls, part } = recorder()
  let later: () => unknown = () => undefined
  const answers = middleware({
    around(_x, next) {
      later = next
      return Response.json({ early: true })
    },
  })
  const app = new Hono().use(answers, part('inner')).get('/', () => expect.fail('the handler ran'))
  const fetch = handler(stack(answers, part('inner')), () => expect.fail('the handler ran'))
  for (const send of [() => app.request('/'), () => fetch(new Request('http://localhost/'))]) {
    expect(await (await send()).json()).toEqual({ early: true })
    await later()
  }
  expect(calls).toEqual([])
})

test('a scope that calls run twice runs the chain once (middleware/3)', async () => {
  const answer = vi.fn(() => Response.json({}))
  const twice = middleware({
    scope(_x, run) {
      run()
      return run()
    },
  })
  expect((await handler(twice, answer)(new Request('http://localhost/'))).status).toBe(200)
  expect(answer).toHaveBeenCalledOnce()
})

test('an around that returns no response answers 500 and is reported (middleware/7)', async () => {
  const forgets = middleware({
    name: 'forgets',
    around: (async (_x: unknown, next: () => unknown) => void (await next())) as never,
  })
  const app = new Hono().use(middleware({}), forgets).get('/', (c) => c.text('lost'))
  const fetch = handler(forgets, () => Response.json({}))
  expect((await app.request('/')).status).toBe(500)
  expect((await fetch(new Request('http://localhost/'))).status).toBe(500)
  expect(reported).toEqual(Array(2).fill(expect.stringContaining('forgets.around: SeaworthyError: An around returned')))
})
