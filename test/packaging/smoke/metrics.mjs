import { match, strictEqual as equal } from 'node:assert'
import { metrics as api } from '@opentelemetry/api'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { metrics, prometheus } from '@seaworthy/metrics'
import { Hono } from 'hono'

const page = prometheus()
const app = new Hono().use(page, metrics()).get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
const provider = new MeterProvider({ readers: [page.reader] })
api.setGlobalMeterProvider(provider)

await (await app.request('/orders/canary')).text()
const response = await app.request('/metrics')
equal(response.status, 200)
const text = await response.text()
match(text, /^http_server_request_duration_seconds_count\{.*http_route="\/orders\/:id".*\} 1$/m)
equal(text.includes('canary'), false)
await provider.shutdown()
console.log('ok')
