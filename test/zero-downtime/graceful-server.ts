import { Hono } from 'hono'
import { serve } from '@seaworthy/server'
import { shutdown } from '@seaworthy/shutdown'
import { echo } from './echo.ts'

const life = shutdown({ drainDelay: '500ms', deadline: '5s' })
const app = new Hono()
app.get('/readyz', (c) => c.body(null, life.state === 'ready' ? 200 : 503))
app.post('/orders', (c) => echo(c.req.raw))
await serve(app, { addr: `127.0.0.1:${process.argv[2]}`, lifecycle: life })
