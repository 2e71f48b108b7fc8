import { health } from '@seaworthy/health'
import { handler, middleware, stack } from '@seaworthy/middleware'
import { afterEach, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { serve, type Running } from '../../../test/support/serve.ts'
import { bareConsole } from './bare-console.test-kit.ts'
import { listen, type Received } from './event-source.test-kit.ts'
import { consolePage, type Console, type ConsoleOptions, type Meta } from './index.ts'
import { startService, until } from './service.test-kit.ts'
import { makeLog, makeSpan, traceId } from './telemetry.test-kit.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]()
})

async function start(options: ConsoleOptions = {}): Promise<{ page: Console; events: string; running: Running }> {
  const page = consolePage(options)
  const running = await serve(handler(page, () => new Response('the application')))
  open.push(running, { [Symbol.asyncDispose]: () => Promise.resolve(page.close()) })
  return { page, running, events: `${running.url}/_console/api/events` }
}

async function watch(url: string, headers?: Readonly<Record<string, string>>): Promise<readonly Received[]> {
  const source = await listen(url, headers)
  open.push(source)
  await until(
    () => source.events,
    (events) => events.length > 0,
  )
  return source.events
}

function of<Name extends Received['event']>(events: readonly Received[], name: Name) {
  return events.filter((each): each is Extract<Received, { event: Name }> => each.event === name)
}

test('a request, its lines and new metrics arrive within a second (console/15)', async () => {
  const service = await startService()
  open.push(service)
  const events = await watch(`${service.url}/_console/api/events?topics=requests,logs,metrics`)
  const before = performance.now()
  await service.get('/orders/7')
  await until(
    () => events,
    () => of(events, 'requests').length > 0 && of(events, 'logs').length > 0,
  )
  expect(performance.now() - before).toBeLessThan(1_000)
  expect(of(events, 'requests')[0]?.data).toMatchObject({ skipped: 0, requests: [{ path: '/orders/7', status: 200 }] })
  const lines = of(events, 'logs').flatMap(({ data }) => data.logs.map(({ message }) => message))
  expect(lines[0]).toBe('reading an order')
  await until(
    () => events,
    () => of(events, 'metrics').length > 0,
  )
})

test('a request is told again when more of its trace arrives (console/15)', async () => {
  const { page, events: url } = await start()
  const events = await watch(`${url}?topics=requests`)
  page.onSpanEnd?.(makeSpan({ trace: 1, span: 3, parent: 2, at: 5, service: 'inventory' }))
  page.onSpanEnd?.(makeSpan({ trace: 9 }))
  await until(
    () => events,
    () => of(events, 'requests').length === 1,
  )
  page.onSpanEnd?.(makeSpan({ trace: 1, span: 2, parent: 1, at: 4, kind: 'client' }))
  page.onSpanEnd?.(makeSpan({ trace: 1, span: 1 }))
  await until(
    () => events,
    () => of(events, 'requests').length === 2,
  )
  const told = of(events, 'requests').map(({ data }) =>
    data.requests.map(({ seq, nested, spans }) => ({ seq, nested, spans })),
  )
  expect(told).toEqual([
    [
      { seq: 1, nested: false, spans: 1 },
      { seq: 2, nested: false, spans: 1 },
    ],
    [
      { seq: 1, nested: true, spans: 3 },
      { seq: 3, nested: false, spans: 3 },
    ],
  ])
  expect(of(events, 'requests').map(({ data }) => data.skipped)).toEqual([0, 0])
})

test('only the lines that match come, and only the topics that were asked for (console/15)', async () => {
  const { page, events: url } = await start()
  const events = await watch(`${url}?topics=logs&level=warn&search=stock&service=inventory`)
  page.onSpanEnd?.(makeSpan())
  page.onLog?.(makeLog({ severity: 13, body: 'stock is low' }))
  page.onLog?.(makeLog({ severity: 9, service: 'inventory', body: 'stock is fine' }))
  page.onLog?.(makeLog({ severity: 13, service: 'inventory', body: 'stock is low' }))
  page.onLog?.(makeLog({ severity: 17, service: 'inventory', body: 'other' }))
  await until(
    () => events,
    (all) => all.length > 1,
  )
  expect(events.map(({ event }) => event)).toEqual(['hello', 'logs'])
  expect(of(events, 'logs')[0]?.data).toMatchObject({ skipped: 0, logs: [{ service: 'inventory', level: 'warn' }] })
})

test('health comes when it is asked and when it changes (console/15)', async () => {
  const probes = health({ checks: { disk: () => true }, logger: false })
  const { events: url } = await start({ health: probes })
  const events = await watch(`${url}?topics=health`)
  await until(
    () => events,
    () => of(events, 'health').some(({ data }) => data.checks[0]?.status === 'pass'),
  )
  probes.close()
})

test('clearing is told to all (console/15) (console/25)', async () => {
  const { page, events: url, running } = await start()
  const events = await watch(url)
  page.onSpanEnd?.(makeSpan())
  const headers = { 'content-type': 'application/json' }
  const cleared = await fetch(`${running.url}/_console/api/clear`, { method: 'POST', headers, body: '{}' })
  expect(cleared.status).toBe(204)
  await until(
    () => events,
    () => of(events, 'cleared').length === 1,
  )
})

test('a reconnection goes on where the stream was (console/16)', async () => {
  const { page, events: url } = await start()
  const first = await watch(url)
  page.onSpanEnd?.(makeSpan({ trace: 1 }))
  await until(
    () => first,
    () => of(first, 'requests').length === 1,
  )
  const id = first.at(-1)?.id ?? ''
  page.onSpanEnd?.(makeSpan({ trace: 2 }))
  page.onSpanEnd?.(makeSpan({ trace: 3 }))
  const second = await watch(url, { 'last-event-id': id })
  await until(
    () => second,
    () => of(second, 'requests').length === 1,
  )
  expect(of(second, 'hello')[0]?.data.reset).toBe(false)
  const traces = of(second, 'requests')[0]?.data.requests.map((each) => each.traceId)
  expect(traces).toEqual([traceId(2), traceId(3)])
})

test('a reconnection to another process, or with an id that is none, begins anew (console/16)', async () => {
  const { page, events: url } = await start()
  page.onSpanEnd?.(makeSpan())
  const boot = of(await watch(url), 'hello')[0]?.data.boot
  for (const id of ['another-process/1.1', `${boot}/99.0`, `${boot}/`, `${boot}/x.y`, 'nonsense']) {
    const events = await watch(url, { 'last-event-id': id })
    expect(of(events, 'hello')[0]?.data).toEqual({ boot, reset: true })
  }
  expect(of(await watch(url), 'hello')[0]?.data.reset).toBe(false)
})

test('what came at once is put together, and what is too much is counted (console/17)', async () => {
  const { page, events: url } = await start()
  const events = await watch(`${url}?topics=requests,logs`)
  for (let trace = 1; trace <= 450; trace++) page.onSpanEnd?.(makeSpan({ trace }))
  for (let i = 0; i < 50; i++) page.onLog?.(makeLog({ body: 'x'.repeat(10_000) }))
  await until(
    () => events,
    () => of(events, 'requests').length > 0 && of(events, 'logs').length > 0,
  )
  const [requests] = of(events, 'requests')
  expect(requests?.data.requests).toHaveLength(200)
  expect(requests?.data.skipped).toBe(250)
  expect(requests?.data.requests.at(-1)?.traceId).toBe(traceId(450))
  const [logs] = of(events, 'logs')
  expect(logs?.data.logs.length).toBeLessThan(20)
  expect((logs?.data.skipped ?? 0) + (logs?.data.logs.length ?? 0)).toBe(50)
})

test('a reader that reads nothing makes nothing grow, and goes on when it reads again (console/17)', async () => {
  const { page, running } = await start()
  using socket = RawSocket.connect(running.port)
  socket.write('GET /_console/api/events?topics=logs HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await socket.untilText('event: hello')
  socket.pause()
  const megabytes = 64
  const rss = process.memoryUsage().rss
  let written = 0
  for (let i = 0; i < megabytes * 4; i++) {
    for (let j = 0; j < 16; j++) page.onLog?.(makeLog({ body: `${i}.${j} ${'x'.repeat(16_000)}` }))
    written += 16 * 16_000
    if (i % 8 === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(written).toBeGreaterThan(60_000_000)
  expect(process.memoryUsage().rss - rss).toBeLessThan(150_000_000)
  socket.resume()
  page.onLog?.(makeLog({ body: 'the last line' }))
  await socket.untilText('the last line')
  expect(socket.text.length).toBeLessThan(written / 4)
})

test('nothing is written for a reader that has not read what was written before (console/17)', async () => {
  const { page, ask } = bareConsole()
  const response = await ask('/api/events?topics=logs')
  const end = performance.now() + 1_500
  let line = 0
  while (performance.now() < end) {
    for (let i = 0; i < 20; i++) page.onLog?.(makeLog({ body: `${++line} ${'x'.repeat(16_000)}` }))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes(`"message":"${line} `)) text += decoder.decode((await reader?.read())?.value, { stream: true })
  const events = text.split('\n\n').filter((each) => each.startsWith('event: logs'))
  // What was written before it was full, and then one that brings it up to date.
  expect(events.length).toBeLessThanOrEqual(3)
  expect(text).toMatch(/"skipped":[1-9]\d/)
  await reader?.cancel()
  page.close()
})

test('a stream ends with its client, and there are 32 at most (console/17) (console/18)', async () => {
  const { running, events: url } = await start()
  const sources = await Promise.all(Array.from({ length: 32 }, () => listen(url)))
  const refused = await fetch(url)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  await refused.text()
  await Promise.all(sources.map((source) => source[Symbol.asyncDispose]()))
  const again = await until(
    () => listen(url),
    ({ response }) => response.status === 200,
  )
  await again[Symbol.asyncDispose]()
  expect((await fetch(`${running.url}/_console/api/meta`)).status).toBe(200)
})

test('close() ends all streams, also for a program that is about to leave (console/17)', async () => {
  const { page, events: url } = await start()
  const source = await listen(url)
  open.push(source)
  page.close()
  await until(
    () => source.ended,
    (ended) => ended,
  )
  const again = await fetch(url)
  expect([again.status, await again.text()]).toEqual([503, expect.stringContaining('closed')])
})

test('a stream ends when its request is aborted, as a shutdown does (console/17)', async () => {
  let abort = (): void => {}
  const keep = middleware({
    before(x) {
      abort = () => x.abort(new Error('shutdown'))
    },
  })
  const page = consolePage()
  const running = await serve(handler(stack(keep, page), () => new Response()))
  open.push(running)
  const source = await listen(`${running.url}/_console/api/events`)
  open.push(source)
  expect(source.ended).toBe(false)
  abort()
  await until(
    () => source.ended,
    (ended) => ended,
  )
})

test('what cannot be shown ends its stream, and nothing else (console/17)', async () => {
  const { page, events: url, running } = await start()
  const source = await listen(`${url}?topics=logs`)
  open.push(source)
  let reads = 0
  // It can be read while it is kept, and not when it is shown.
  const shy = {
    get text() {
      if (++reads > 1) throw new Error('not again')
      return 'once'
    },
  }
  page.onLog?.(makeLog({ attributes: { shy } }))
  await until(
    () => source.ended,
    (ended) => ended,
  )
  expect((await fetch(`${running.url}/_console/api/meta`)).status).toBe(200)
})

test('nothing runs for the streams when nobody watches (console/18)', async () => {
  const timers: unknown[] = []
  const { setInterval: before } = globalThis
  const counting = Object.assign((...args: Parameters<typeof setInterval>) => {
    timers.push(args)
    return before(...args)
  }, before)
  globalThis.setInterval = counting
  try {
    const { page, running, events: url } = await start()
    for (let trace = 1; trace < 100; trace++) page.onSpanEnd?.(makeSpan({ trace }))
    const meta: Meta = JSON.parse(await (await fetch(`${running.url}/_console/api/meta`)).text())
    expect(meta.held.traces).toBe(99)
    const own = () => timers.filter((each) => Array.isArray(each) && each[1] === 200).length
    expect(own()).toBe(0)
    await watch(url)
    expect(own()).toBe(1)
  } finally {
    globalThis.setInterval = before
  }
})
