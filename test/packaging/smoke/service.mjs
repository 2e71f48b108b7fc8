import { strictEqual as equal } from 'node:assert'
import { service } from '@seaworthy/service'
import { Hono } from 'hono'

const lines = []
const output = { write: (record) => void lines.push(record) }
const svc = await service({
  name: 'orders',
  version: '1.2.3',
  log: { outputs: [output] },
  checks: { db: () => true },
  debug: { authorize: 'loopback' },
  console: { authorize: 'loopback' },
})
const app = new Hono().use(svc).get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))

const server = await svc.serve(app, { addr: '127.0.0.1:0' })
const response = await fetch(`${server.url}/orders/7`)
equal(response.status, 200)
equal(typeof response.headers.get('x-request-id'), 'string')
await response.text()
equal((await fetch(`${server.url}/livez`)).status, 200)
const page = await (await fetch(`${server.url}/metrics`)).text()
equal(page.includes('http_route="/orders/:id"'), true)
equal((await fetch(`${server.url}/debug`)).status, 200)
equal((await (await fetch(`${server.url}/_console/`)).text()).includes('<html'), true)
await server.close()
equal(lines.length > 0, true)
console.log('ok')
