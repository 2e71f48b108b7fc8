import { strictEqual as equal } from 'node:assert'
import { health } from '@seaworthy/health'
import { Hono } from 'hono'

let up = true
function database() {
  if (!up) throw new Error('connection refused')
}
const probes = health({
  version: '1.2.3',
  checks: { database: { check: database, gates: ['ready'] } },
  ttl: 0,
  logger: false,
})
const app = new Hono().use(probes)

equal((await app.request('/livez')).status, 200)
equal((await app.request('/readyz')).status, 200)
equal((await app.request('/healthz')).status, 200)
up = false
equal((await app.request('/readyz')).status, 503)
equal((await app.request('/livez')).status, 200)
probes.close()
console.log('ok')
