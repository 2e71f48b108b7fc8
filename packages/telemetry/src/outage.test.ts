import { Hono } from 'hono'
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { httpReceiver, type HttpReceiver } from './http-receiver.fixture.ts'
import { createLab, emitEach, until } from './lab.fixture.ts'

const lab = createLab()
const cleanups: (() => unknown)[] = []
const unhandled: unknown[] = []
const onUnhandled = (reason: unknown) => unhandled.push(reason)

beforeEach(() => {
  process.on('unhandledRejection', onUnhandled)
  lab.environment({
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BLRP_SCHEDULE_DELAY: '20',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  })
})

afterEach(async () => {
  await lab.end()
  for (const cleanup of cleanups.splice(0)) await cleanup()
  process.off('unhandledRejection', onUnhandled)
  unhandled.length = 0
})

/** A TCP server that does what it is told with each connection. */
async function tcpServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function receiver(): Promise<HttpReceiver> {
  const collector = await httpReceiver()
  cleanups.push(() => collector.close())
  return collector
}

const program = `
  require('node:http').createServer((request, response) => request.resume().on('end', () => response.end()))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port) })
`

/** A collector in a process of its own that works, and is then stopped by a signal: the kernel still accepts for it. */
async function frozenCollector(): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  cleanups.push(() => child.kill('SIGKILL'))
  const port = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim())),
  )
  child.kill('SIGSTOP')
  return `http://127.0.0.1:${port}`
}

async function answering(status: number, headers: Record<string, string> = {}): Promise<string> {
  const collector = await receiver()
  collector.answer = (response) => response.writeHead(status, headers).end()
  return collector.url
}

const outages: Record<string, () => Promise<string>> = {
  'down: nothing listens': async () => {
    const collector = await httpReceiver()
    await collector.close()
    return collector.url
  },
  'refusing: it resets each connection': () => tcpServer((socket) => socket.resetAndDestroy()),
  'refusing: it answers 401': () => answering(401),
  'a black hole: it accepts and never reads': () => tcpServer((socket) => socket.pause()),
  'overloaded: it answers 503 with Retry-After': () => answering(503, { 'retry-after': '30' }),
  'frozen: its process is stopped': frozenCollector,
}

/** Serves requests that each emit all three signals, and counts those that took as long as half of a failing export. */
async function slowRequests(requests: number): Promise<number> {
  const app = new Hono().get('/', (c) => {
    emitEach()
    return c.text('ok')
  })
  let slow = 0
  for (let i = 0; i < requests; i++) {
    const start = performance.now()
    expect((await app.request('/')).status).toBe(200)
    if (performance.now() - start > 100) slow += 1
  }
  return slow
}

function outageReports(): string[] {
  return lab.reports
    .map(({ message }) => message)
    .filter((message) => message.startsWith('Telemetry cannot be exported'))
}

for (const protocol of ['http/protobuf', 'grpc']) {
  describe(`over ${protocol} a collector that is`, () => {
    for (const [outage, open] of Object.entries(outages)) {
      test(`${outage}: requests are served, one warning is written, the end is in time (telemetry/32) (telemetry/33) (telemetry/35)`, async () => {
        lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: await open(), OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
        // Enough for what fails in 200 ms, also on a busy machine.
        const telemetry = await lab.start({ shutdownTimeout: '2s' })
        // A busy machine may hold up one or two; who waits for the collector is held up each time.
        expect(await slowRequests(100)).toBeLessThan(3)
        await until(() => outageReports().length > 0, 'a report of the outage')
        for (let i = 0; i < 3; i++) {
          emitEach()
          await telemetry.forceFlush()
        }
        expect(outageReports()).toHaveLength(1)
        const warnings = lab.reports.filter(({ level }) => level === 'warn' || level === 'error')
        expect(warnings.map(({ message }) => message)).toEqual(outageReports())

        emitEach()
        const start = performance.now()
        await telemetry.shutdown()
        expect(performance.now() - start).toBeLessThan(2000 + 1000)
        expect(unhandled).toEqual([])
      })
    }
  })
}

describe('a collector that is slow', () => {
  test('gets everything, without a warning, and the end waits for it (telemetry/32) (telemetry/35)', async () => {
    const collector = await receiver()
    collector.answer = (response) => void setTimeout(() => response.end(), 150)
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
    })
    const telemetry = await lab.start({ shutdownTimeout: '5s' })
    expect(await slowRequests(100)).toBeLessThan(3)
    await telemetry.shutdown()
    expect(collector.spans).toHaveLength(100)
    expect(collector.logs).toHaveLength(100)
    expect(lab.reports).toEqual([])
  })

  test('slower than the cap of the end: it is left, and that is reported (telemetry/35)', async () => {
    const collector = await receiver()
    collector.answer = () => {}
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
    })
    const telemetry = await lab.start({ shutdownTimeout: '100ms' })
    emitEach()
    const start = performance.now()
    await telemetry.forceFlush()
    await Promise.all([telemetry.shutdown(), telemetry.shutdown()])
    expect(performance.now() - start).toBeLessThan(1300)
    expect(lab.reports.map(({ message }) => message)).toEqual([
      'Telemetry was not flushed within 100 ms: what was waiting may be lost.',
      'Telemetry was not shut down within 100 ms: what was waiting may be lost.',
    ])
  })
})

describe('an outage', () => {
  test('holds a bounded number of spans, and what comes after it arrives (telemetry/31) (telemetry/36)', async () => {
    const collector = await receiver()
    collector.answer = () => {}
    lab.environment({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '400',
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
    })
    const telemetry = await lab.start()
    for (let i = 0; i < 10_000; i++) emitEach()
    await until(() => outageReports().length > 0, 'a report of the outage')
    collector.answer = undefined
    collector.spans.length = 0
    await telemetry.forceFlush()
    await until(() => lab.reports.some(({ message }) => message === 'Telemetry is exported again.'), 'its end')
    expect(collector.spans.length).toBeLessThanOrEqual(100)
    collector.spans.length = 0
    emitEach()
    await telemetry.forceFlush()
    expect(collector.spans).toHaveLength(1)
    expect(lab.reports.some(({ message }) => /Dropped \d+ spans because maxQueueSize reached/.test(message))).toBe(true)
  })
})
