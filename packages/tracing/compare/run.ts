import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { serve } from '../../../test/support/serve.ts'
import { startSdk, type Sdk } from '../src/start-sdk.test-kit.ts'
import { lines, type Line } from './lines.ts'
import { subjects } from './subject.ts'

/**
 * Prints what one subject, named by the first argument, records on this runtime: an array of cells, one a line of the
 * table, or as many as the second argument says. Each subject has a process of its own, as some patch what they watch.
 */
const [, , name = '', count = String(lines.length)] = process.argv
const subject = subjects[name]
if (!subject) throw new Error(`one of ${Object.keys(subjects).join(', ')} expected`)

console.error = () => undefined
const sdk = startSdk()
const app = new Hono()
await subject.instrument(app)
addRoutes(app)
await using server = await serve(app.fetch)

const cells: string[] = []
for (const line of lines.slice(0, Number(count))) cells.push(await cellOf(line))
console.log(JSON.stringify(cells))

async function cellOf({ request, read }: Line): Promise<string> {
  sdk.clear()
  await request(server.url)
  const span = await firstSpan(sdk)
  return span ? read(span, sdk) : 'no span'
}

/** Spans end with the connection at the latest; what has not come after a second will not come. */
async function firstSpan({ ended }: Sdk): Promise<Sdk['ended'][number] | undefined> {
  const limit = performance.now() + 1_000
  while (ended.length === 0 && performance.now() < limit) await sleep(5)
  return ended[0]
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function addRoutes(target: Hono): void {
  class StockError extends Error {}
  target.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.json({}, 500)))
  target.on(['GET', 'PURGE'], '/orders/:id', (c) => c.json({}))
  target.get('/401', (c) => c.json({}, 401))
  target.get('/503', (c) => c.json({}, 503))
  target.get('/livez', (c) => c.json({}))
  target.get('/throw-401', () => {
    throw new HTTPException(401)
  })
  target.get('/throw-error', () => {
    throw new StockError('sold out')
  })
  target.get('/throw-string', () => {
    // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- what an application may do
    throw 'a string'
  })
  target.get('/slow', async (c) => {
    await sleep(400)
    return c.json({})
  })
  target.get('/stream', () => dripping(6))
  target.get('/endless', () => dripping(1_000))
}

/** A body of so many chunks, one each 50 ms. */
function dripping(chunks: number): Response {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(50)
      if (sent++ < chunks) controller.enqueue(new Uint8Array(8))
      else controller.close()
    },
  })
  return new Response(body)
}
