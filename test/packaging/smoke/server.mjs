import { strictEqual as equal } from 'node:assert'
import { bodyLimit, deadline, serve } from '@seaworthy/server'
import { Hono } from 'hono'

const app = new Hono()
  .get('/', (c) => c.text('hello'))
  .get('/slow', deadline('50ms'), () => new Promise(() => undefined))
  .post('/small', bodyLimit('10B'), async (c) => c.text(await c.req.text()))

const server = await serve(app, { addr: '127.0.0.1:0', timeouts: { read: '5s' } })
equal(await (await fetch(`${server.url}/`)).text(), 'hello')
equal((await fetch(`${server.url}/slow`)).status, 504)
equal((await fetch(`${server.url}/small`, { method: 'POST', body: 'x'.repeat(11) })).status, 413)
equal(await (await fetch(`${server.url}/small`, { method: 'POST', body: 'x' })).text(), 'x')
await server.close()
console.log('ok')
