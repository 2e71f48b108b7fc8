import { connect } from 'node:net'
import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { eventually, serve } from '../../../test/support/serve.ts'
import { exchange, handler, middleware, type Exchange } from './index.ts'
import { createTestExchange } from './testing.ts'

test('aborts when the client leaves, on a real server (middleware/38)', async () => {
  const signals: AbortSignal[] = []
  const answer = async (): Promise<Response> => {
    await new Promise((resolve) => setTimeout(resolve, 200))
    return new Response('late')
  }
  const app = new Hono().use(middleware({})).get('/', (c) => {
    signals.push(exchange(c).signal)
    return answer()
  })
  await using server = await serve(app.fetch)
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await eventually(() => signals.length === 1, 'the request')
  expect(signals[0]?.aborted).toBe(false)
  socket.destroy()
  await eventually(() => signals[0]?.aborted === true, 'the abort')
})

test('does not abort when the response was sent (middleware/38)', async () => {
  const signals: AbortSignal[] = []
  const app = new Hono().use(middleware({ before: (x) => void signals.push(x.signal) })).get('/', (c) => c.text('ok'))
  await using server = await serve(app.fetch)
  await (await fetch(server.url)).text()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
})

test('aborts with the reason that a part gives, before or after it was read (middleware/38)', () => {
  const late = createTestExchange()
  const { signal } = late
  late.abort(new Error('deadline'))
  expect([signal.aborted, signal.reason]).toEqual([true, new Error('deadline')])
  const early = createTestExchange()
  early.abort('shutdown')
  early.abort('again')
  expect([early.signal.aborted, early.signal.reason]).toEqual([true, 'shutdown'])
  expect(early.signal).toBe(early.signal)
})

test("follows the request's own signal where there is no server (middleware/38)", async () => {
  let x: Exchange | undefined
  const controller = new AbortController()
  const fetch = handler(middleware({ before: (y) => void (x = y) }), () => new Response('ok'))
  await fetch(new Request('http://localhost/', { signal: controller.signal }))
  expect(x?.signal.aborted).toBe(false)
  controller.abort('left')
  expect([x?.signal.aborted, x?.signal.reason]).toEqual([true, 'left'])
})

test('is not aborted for work that reads it after the response was sent (middleware/38)', async () => {
  const signals: AbortSignal[] = []
  const ended: Exchange[] = []
  const app = new Hono().use(middleware({ settled: (x) => void ended.push(x) })).get('/', (c) => c.json({}))
  await using server = await serve(app.fetch)
  await (await fetch(server.url, { headers: { connection: 'close' } })).text()
  await eventually(() => ended.length === 1, 'the end')
  await new Promise((resolve) => setTimeout(resolve, 20))
  for (const x of ended) signals.push(x.signal)
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
})

test('nothing is left on a signal that outlives its requests (middleware/38)', async () => {
  const { signal } = new AbortController()
  const added = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const removed = vi.spyOn(AbortSignal.prototype, 'removeEventListener')
  const fetch = handler(middleware({ settled: () => undefined }), () => Response.json({}))
  for (let i = 0; i < 10; i++) await fetch(new Request('http://localhost/', { signal }))
  const counts = [added.mock.calls.length, removed.mock.calls.length]
  added.mockRestore()
  removed.mockRestore()
  expect(counts[0]).toBeGreaterThanOrEqual(10)
  expect(counts[1]).toBeGreaterThanOrEqual(10)
})
