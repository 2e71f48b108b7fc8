import { writeFileSync } from 'node:fs'
import { getRequestListener, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { collectGarbage } from './collect-garbage.ts'
import { MockedIncoming, MockedOutgoing } from './mocked-socket.ts'
import { prepare } from './prepare.ts'
import { chosenClient, requestHeaders } from './request-headers.ts'

// One variant in one process: node measure-request.ts <harness> <variant> <batch> <batches> <result file>
const [harness = 'mocked', variant = 'bare', batch = '20000', batches = '20', file = '/dev/stdout'] =
  process.argv.slice(2)

/** What is slow is exact enough after three batches, and need not take all of them. */
const patience = 6_000_000_000n

const prepared = await prepare(variant)
const headers = { ...requestHeaders[chosenClient()], ...prepared.headers }

const app = new Hono()
for (const mounted of prepared.mounted) app.use(mounted as never)
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id'), status: 'confirmed' }))

const us = harness === 'http' ? await overHttp() : await mocked()
writeFileSync(file, JSON.stringify({ us, ...memory() }))
process.exit(0)

/** The least of several batches: what the work costs when nothing else runs. */
async function least(run: (count: number) => Promise<void>): Promise<number> {
  const count = Number(batch)
  const begin = process.hrtime.bigint()
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < Number(batches); i++) {
    const start = process.hrtime.bigint()
    if (i >= 3 && start - begin > patience) break
    await run(count)
    best = Math.min(best, Number(process.hrtime.bigint() - start) / count / 1_000)
    // Batching parts write between the batches, as they would between requests under load.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return best
}

async function mocked(): Promise<number> {
  const listener = getRequestListener(app.fetch)
  const first = new MockedOutgoing()
  await listener(new MockedIncoming('/orders/42', headers) as never, first as never)
  if (first.statusCode !== 200) throw new Error(`not a measured answer: ${first.statusCode}`)
  return least(async (count) => {
    for (let i = 0; i < count; i++) {
      await listener(new MockedIncoming('/orders/42', headers) as never, new MockedOutgoing() as never)
      // Real requests arrive in turns of the event loop: sixty-four to a turn here.
      if (i % 64 === 63) await new Promise((resolve) => setImmediate(resolve))
    }
  })
}

async function overHttp(): Promise<number> {
  const { drive } = await import('./drive-http.ts')
  return 'Bun' in globalThis ? drive(await bunServer(), headers, least) : drive(await nodeServer(), headers, least)
}

async function nodeServer(): Promise<number> {
  return new Promise((resolve) =>
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port)),
  )
}

async function bunServer(): Promise<number> {
  const { Bun }: typeof globalThis & { Bun?: { serve(options: object): { port: number } } } = globalThis
  return Bun?.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch }).port ?? 0
}

function memory(): { heapMb: number } {
  collectGarbage()
  return { heapMb: process.memoryUsage().heapUsed / 2 ** 20 }
}
