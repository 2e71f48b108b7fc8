import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { collectGarbage } from './collect-garbage.ts'
import { MockedIncoming, MockedOutgoing } from './mocked-socket.ts'
import { variants } from './variants.ts'

/** How every figure is taken that is no time of a request. */
export const values: Readonly<Record<string, () => Promise<number>>> = {
  'log-line': async () => {
    const { createLogger } = await import('@seaworthy/log')
    return lines((fd) => {
      const logger = createLogger({ format: 'json', outputs: [{ to: fd }] })
      // Lines are written at the end of the turn of the event loop.
      return { line: (i) => logger.info('order confirmed', fields(i)), flush: nextTurn }
    })
  },
  'peer-log-line-pino': () => pinoLines({}),
  'peer-log-line-pino-buffered': () => pinoLines({ sync: false, minLength: 4096 }),
  'import-ms': () => timed(() => import('./start-ours.ts')),
  'peer-import-ms': () => timed(() => import('./start-node-sdk.ts')),
  'rss-mb': async () => {
    await import('./start-ours.ts')
    return process.memoryUsage.rss() / 2 ** 20
  },
  'peer-rss-mb': async () => {
    await import('./start-node-sdk.ts')
    return process.memoryUsage.rss() / 2 ** 20
  },
  'heap-after-1m': () => heapAfter('stack-unsampled'),
  'peer-heap-after-1m': () => heapAfter('peer-stack-unsampled'),
}

const perBatch = 50_000

function fields(i: number): Record<string, unknown> {
  return { order: i, sku: 'tea', quantity: 3, customer: 'c_8f3a91', total: 12.5 }
}

/** Microseconds a line: the least of several batches, each flushed, all lines counted at the end. */
async function lines(open: (fd: number) => { line(i: number): void; flush(): void | Promise<void> }): Promise<number> {
  const path = join(tmpdir(), `seaworthy-bench-${process.pid}.log`)
  const fd = openSync(path, 'w')
  const { line, flush } = open(fd)
  let best = Number.POSITIVE_INFINITY
  let written = 0
  for (let batch = 0; batch < 12; batch++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < perBatch; i++) {
      line(i)
      if (i % 64 === 63) await nextTurn()
    }
    await flush()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / perBatch / 1_000)
    written += perBatch
  }
  const found = readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text.startsWith('{') && text.endsWith('}')).length
  closeSync(fd)
  rmSync(path)
  if (found !== written) throw new Error(`${found} of ${written} lines were written`)
  return best
}

async function pinoLines(options: { sync?: boolean; minLength?: number }): Promise<number> {
  const { pino } = await import('pino')
  return lines((fd) => {
    const destination = pino.destination({ fd, ...options })
    const logger = pino(destination)
    return {
      line: (i) => logger.info(fields(i), 'order confirmed'),
      flush: () => (options.sync === false ? flushed(destination) : destination.flushSync()),
    }
  })
}

/** Waits until a buffered destination has written everything, a second at most: what is missing is counted. */
async function flushed(destination: { flush(done: () => void): void }): Promise<void> {
  const second = new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref())
  await Promise.race([new Promise<void>((resolve) => destination.flush(resolve)), second])
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

async function heapAfter(variant: string): Promise<number> {
  const app = new Hono()
  for (const mounted of (await variants[variant]?.()) ?? []) app.use(mounted as never)
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  const listener = getRequestListener(app.fetch)
  for (let i = 0; i < 1_000_000; i++) {
    await listener(new MockedIncoming(`/orders/${i}`, { host: 'localhost' }) as never, new MockedOutgoing() as never)
    if (i % 64 === 63) await nextTurn()
  }
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}
