import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { echo } from './echo.ts'

interface BunRuntime {
  serve(options: object): { stop(): Promise<void> }
}

const { Bun }: typeof globalThis & { readonly Bun?: BunRuntime } = globalThis
const app = new Hono()
app.get('/readyz', (c) => c.body(null, 200))
app.post('/orders', (c) => echo(c.req.raw))

// What the guides show: stop listening, wait for what is in flight, leave.
if (Bun) {
  const server = Bun.serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.argv[2]) })
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)))
} else {
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.argv[2]) })
  process.on('SIGTERM', () => server.close(() => process.exit(0)))
}
