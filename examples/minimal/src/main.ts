import { service } from '@seaworthy/service'
import { Hono } from 'hono'

const svc = await service({ name: 'minimal', version: '1.0.0' })

const app = new Hono()
app.use(svc)
app.get('/hello/:name', (c) => c.json({ hello: c.req.param('name') }))

const server = await svc.serve(app, { addr: process.env['HTTP_ADDR'] ?? ':8080' })
console.log(`listening on ${server.url}`)
