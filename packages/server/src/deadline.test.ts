import { Hono, type MiddlewareHandler } from 'hono'
import { exchange, handler, middleware, stack, type MaybePromise, type Middleware } from '@seaworthy/middleware'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serve as listen, type Fetch } from '../../../test/support/serve.ts'
import { deadline } from './index.ts'

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const never = (): Promise<never> => new Promise(() => undefined)

/** A Hono application that does not print what its handlers throw. */
const quiet = (): Hono => new Hono().onError((error, c) => c.text(error.message, 500))

/** The ways in which a middleware can be mounted round a handler. */
const doors: readonly (readonly [string, (mw: Middleware, answer: () => MaybePromise<Response>) => Fetch])[] = [
  ['app.use', (mw, answer) => quiet().use(mw).get('/', answer).fetch],
  ['a route', (mw, answer) => quiet().get('/', mw, answer).fetch],
  ['a sub-application', (mw, answer) => quiet().route('/', quiet().use(mw).get('/', answer)).fetch],
  ['handler', (mw, answer) => handler(mw, answer)],
  ['stack', (mw, answer) => handler(stack(middleware({}), mw, middleware({})), answer)],
]

const rejections: unknown[] = []
const onRejection = (error: unknown): void => void rejections.push(error)

beforeEach(() => void process.on('unhandledRejection', onRejection))

afterEach(() => {
  process.off('unhandledRejection', onRejection)
  expect(rejections.splice(0)).toEqual([])
})

describe.each(doors)('deadline() mounted by %s', (_door, mount) => {
  test('answers 504 when the handler takes too long (server/25)', async () => {
    const fetch = mount(deadline(30), never)
    const start = performance.now()
    const response = await fetch(new Request('http://test/'), undefined as never)
    expect(response.status).toBe(504)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ title: 'Gateway Timeout', status: 504 })
    expect(performance.now() - start).toBeGreaterThanOrEqual(28)
  })

  test('leaves an answer in time alone (server/25)', async () => {
    const fetch = mount(deadline(500), async () => (await wait(5), new Response('in time', { status: 201 })))
    const response = await fetch(new Request('http://test/'), undefined as never)
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('in time')
  })

  test('drops what the handler still brings: a response, an error, a refusal to end (server/27)', async () => {
    for (const late of [
      () => new Response('late'),
      () => Promise.reject(new Error('late')),
      () => {
        throw new Error('late')
      },
    ]) {
      const fetch = mount(deadline(10), async () => (await wait(30), late()))
      const response = await fetch(new Request('http://test/'), undefined as never)
      expect(response.status).toBe(504)
      await wait(40)
    }
  })
})

describe('deadline()', () => {
  test('aborts exchange.signal with a TimeoutError (server/26)', async () => {
    const seen: unknown[] = []
    const app = quiet()
      .use(deadline(20))
      .get('/', async (c) => {
        const { signal } = exchange(c)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        seen.push(signal.reason)
        return c.text('late')
      })
    expect((await app.request('/')).status).toBe(504)
    await wait(5)
    expect(seen).toEqual([expect.objectContaining({ name: 'TimeoutError' })])
  })

  test('stops an outgoing request that was given exchange.signal (server/26)', async () => {
    let left = 0
    await using slow = await listen((request: Request) => {
      request.signal.addEventListener('abort', () => left++)
      return never()
    })
    const app = quiet()
      .use(deadline(50))
      .get('/', async (c) => fetch(slow.url, { signal: exchange(c).signal }))
    expect((await app.request('/')).status).toBe(504)
    const end = performance.now() + 5_000
    while (left === 0 && performance.now() < end) await wait(10)
    expect(left).toBe(1)
  })

  test('does not abort what ended in time (server/26)', async () => {
    let signal: AbortSignal | undefined
    const app = quiet()
      .use(deadline(30))
      .get('/', (c) => {
        ;({ signal } = exchange(c))
        return c.text('ok')
      })
    await app.request('/')
    await wait(50)
    expect(signal?.aborted).toBe(false)
  })

  test('bounds the time to the head: a body may take longer (server/28)', async () => {
    const app = quiet()
      .use(deadline(30))
      .get('/', (c) =>
        c.body(
          new ReadableStream({
            async start(controller) {
              await wait(80)
              controller.enqueue(new TextEncoder().encode('slow body'))
              controller.close()
            },
          }),
        ),
      )
    await using server = await listen(app.fetch)
    expect(await (await fetch(server.url)).text()).toBe('slow body')
  })

  test.each([
    ["'off'", 'off', 200],
    ['a longer one', 500, 200],
    ['a shorter one', 10, 504],
  ] as const)('nearest to the handler wins: %s on the route (server/29)', async (_what, inner, status) => {
    const answer: MiddlewareHandler = async (c) => (await wait(60), c.text('done'))
    const app = quiet().use(deadline(30)).get('/', deadline(inner), answer)
    expect((await app.request('/')).status).toBe(status)
    const fused = handler(stack(deadline(30), deadline(inner)), async () => (await wait(60), new Response('done')))
    expect((await fused(new Request('http://test/'))).status).toBe(status)
  })

  test('keeps a synchronous answer synchronous', () => {
    const response = handler(deadline('1s'), () => new Response('now'))(new Request('http://test/'))
    expect(response).toBeInstanceOf(Response)
  })

  test('is settled once, as what the client got (server/27)', async () => {
    const outcomes: unknown[] = []
    const observer = middleware({ settled: (_x, { status, aborted }) => void outcomes.push({ status, aborted }) })
    const app = quiet()
      .use(observer)
      .use(deadline(20))
      .get('/', async (c) => (await wait(60), c.text('late')))
    await using server = await listen(app.fetch)
    expect((await fetch(server.url)).status).toBe(504)
    await wait(80)
    expect(outcomes).toEqual([{ status: 504, aborted: false }])
  })

  test('refuses what is no time limit (server/30)', () => {
    expect(() => deadline(0)).toThrow(expect.objectContaining({ code: 'ERR_SERVER_OPTION' }))
    // @ts-expect-error Not a duration.
    expect(() => deadline('never')).toThrow(expect.objectContaining({ code: 'ERR_DURATION' }))
  })

  test('of a month does not overflow the timer (server/30)', async () => {
    const app = quiet()
      .use(deadline('30d'))
      .get('/', async (c) => (await wait(20), c.text('ok')))
    expect((await app.request('/')).status).toBe(200)
  })
})
