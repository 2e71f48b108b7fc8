import { Hono } from 'hono'
import { exchange, handler, stack, middleware } from '@seaworthy/middleware'
import { describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { eventually, serve, type Fetch } from '../../../test/support/serve.ts'
import { RecordingLogger } from './recording-logger.fixture.ts'
import { shutdown, type Lifecycle, type ShutdownOptions } from './index.ts'

function quiet(options: ShutdownOptions = {}): Lifecycle {
  return shutdown({
    signals: [],
    onUncaught: 'ignore',
    logger: new RecordingLogger(),
    deadline: '5s',
    drainDelay: 0,
    ...options,
  })
}

/** A life cycle that stays in `closing` until it is let go. */
function held(): { life: Lifecycle; drain(): void; letGo(): void } {
  const life = quiet()
  const { promise, resolve } = Promise.withResolvers<void>()
  life.attach({ name: 'held', drain: () => undefined, close: () => promise, destroy: resolve })
  return { life, drain: () => void life.stop(), letGo: resolve }
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`

interface Gate {
  readonly opened: Promise<void>
  open(): void
}

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** The ways in which a life cycle can be mounted round a handler. */
const doors: readonly (readonly [string, (life: Lifecycle, answer: () => Response | Promise<Response>) => Fetch])[] = [
  ['app.use', (life, answer) => new Hono().use(life).get('/work', answer).fetch],
  ['a sub-application', (life, answer) => new Hono().route('/', new Hono().use(life).get('/work', answer)).fetch],
  ['handler', (life, answer) => handler(life, answer)],
  ['stack', (life, answer) => handler(stack(life, middleware({})), answer)],
  [
    'handler and app.use at once',
    (life, answer) => handler(life, new Hono().use(life).get('/work', answer).fetch as Fetch),
  ],
]

describe.each(doors)('mounted by %s', (_door, mount) => {
  test('waits for a request that is under way before it runs the hooks (shutdown/10)', async () => {
    const life = quiet()
    const work = gate()
    const calls: string[] = []
    await using server = await serve(
      mount(life, async () => {
        await work.opened
        calls.push('request')
        return new Response('done')
      }),
    )
    life.hook('db', () => void calls.push('db'))
    const answer = fetch(`${server.url}/work`)
    await eventually(() => life.mounted, 'the request')
    const stopped = life.stop()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(calls).toEqual([])
    work.open()
    expect(await (await answer).text()).toBe('done')
    expect(await stopped).toMatchObject({ clean: true })
    expect(calls).toEqual(['request', 'db'])
  })

  test('says Connection: close while draining, and not before (shutdown/14)', async () => {
    const { life, drain, letGo } = held()
    await using server = await serve(mount(life, () => new Response('ok', { headers: { connection: 'keep-alive' } })))
    using before = RawSocket.connect(server.port)
    expect(await before.write(get('/work')).untilText('ok')).not.toMatch(/connection: close/i)
    drain()
    expect(await before.write(get('/work')).untilClosed()).toMatch(/connection: close/i)
    letGo()
  })

  test('says Connection: close on a response that was begun before the drain (shutdown/14)', async () => {
    const { life, drain, letGo } = held()
    const work = gate()
    let begun = 0
    await using server = await serve(
      mount(life, async () => {
        begun++
        await work.opened
        return Response.redirect('http://test/elsewhere')
      }),
    )
    using socket = RawSocket.connect(server.port)
    socket.write(get('/work'))
    await eventually(() => begun === 1, 'the request')
    drain()
    work.open()
    expect(await socket.untilClosed()).toMatch(/302[\s\S]*connection: close/i)
    letGo()
  })
})

describe('in flight', () => {
  test('a default 404 and an answer of an earlier guard say Connection: close as well (shutdown/14)', async () => {
    const { life, drain, letGo } = held()
    const app = new Hono().use(life).use('/private', async (c) => c.text('no', 401))
    await using server = await serve(app.fetch)
    drain()
    for (const [path, status] of [
      ['/nothing', '404'],
      ['/private', '401'],
    ] as const) {
      using socket = RawSocket.connect(server.port)
      const text = await socket.write(get(path)).untilClosed()
      expect(text).toContain(status)
      expect(text).toMatch(/connection: close/i)
    }
    letGo()
  })

  test('is what streams, until its last byte (shutdown/10)', async () => {
    const life = quiet()
    const work = gate()
    const body = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode('first '))
          await work.opened
          controller.enqueue(new TextEncoder().encode('last'))
          controller.close()
        },
      })
    const app = new Hono()
      .use(life)
      .get('/stream', (c) => c.body(body(), { headers: { 'transfer-encoding': 'chunked' } }))
    await using server = await serve(app.fetch)
    using socket = RawSocket.connect(server.port)
    await socket.write(get('/stream')).untilText('first')
    let over = false
    const stopped = life.stop().then(() => (over = true))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(over).toBe(false)
    work.open()
    await stopped
    expect(await socket.untilText('0\r\n\r\n')).toContain('last')
  })

  test('is forgotten when the client leaves (shutdown/10)', async () => {
    const life = quiet()
    const app = new Hono().use(life).get('/work', () => new Promise<Response>(() => undefined))
    await using server = await serve(app.fetch)
    const socket = RawSocket.connect(server.port).write(get('/work'))
    await eventually(() => life.mounted, 'the request')
    socket[Symbol.dispose]()
    expect(await life.stop()).toMatchObject({ clean: true })
  })

  test('is forgotten when the handler throws (shutdown/10)', async () => {
    const life = quiet()
    const failing = handler(life, () => {
      throw new Error('no')
    })
    expect(() => failing(new Request('http://test/'))).toThrow('no')
    expect(await life.stop()).toMatchObject({ clean: true })
  })

  test('that does not end in time is named by method, route and age, and its signal aborts (shutdown/12)', async () => {
    const logger = new RecordingLogger()
    const life = quiet({ deadline: 200, logger })
    const aborted: unknown[] = []
    const app = new Hono().use(life).post('/orders/:id', async (c) => {
      const { signal } = exchange(c)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted.push(signal.reason)
      return c.text('cut')
    })
    await using server = await serve(app.fetch)
    const answer = fetch(`${server.url}/orders/7?token=secret`, { method: 'POST' })
    await eventually(() => life.mounted, 'the request')
    const report = await life.stop()
    expect(report.clean).toBe(false)
    expect(report.open).toEqual([expect.stringMatching(/^POST \/orders\/:id \(\d+ ms\)$/)])
    expect(aborted).toEqual([expect.objectContaining({ code: 'ERR_SHUTDOWN_DEADLINE' })])
    expect(logger.at('error')[0]?.fields).toEqual({ open: report.open })
    expect(JSON.stringify(logger.lines)).not.toContain('secret')
    await answer
  })

  test('leaves the signals of requests alone as long as they may end by themselves (shutdown/4)', async () => {
    const life = quiet()
    const work = gate()
    const seen: boolean[] = []
    const app = new Hono().use(life).get('/work', async (c) => {
      const { signal } = exchange(c)
      await work.opened
      seen.push(signal.aborted, life.signal.aborted)
      return c.text('ok')
    })
    await using server = await serve(app.fetch)
    const answer = fetch(`${server.url}/work`)
    await eventually(() => life.mounted, 'the request')
    const stopped = life.stop()
    work.open()
    await answer
    await stopped
    expect(seen).toEqual([false, true])
  })

  test('shows that the middleware is mounted only when it is (shutdown/18)', async () => {
    const life = quiet()
    expect(life.mounted).toBe(false)
    await new Hono().use(life).request('/')
    expect(life.mounted).toBe(true)
    const attached = quiet()
    attached.attach({ name: 'http', drain: () => undefined, close: async () => undefined, destroy: () => undefined })
    expect(attached.mounted).toBe(true)
    await attached.stop()
  })
})
