import { currentExchange, handler, middleware, parseDuration, problem, requestId, stack } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { strictEqual as equal } from 'node:assert'

const seen = []
const observer = middleware({
  name: 'observer',
  before: (x) => void seen.push(`before ${x.path}`),
  after(x, response) {
    seen.push(`after ${response.status}`)
    x.setHeader('x-seen', 'yes')
  },
  settled: (x, outcome) => void seen.push(`settled ${outcome.status}`),
})

const app = new Hono()
  .use(requestId(), observer)
  .get('/orders/:id', (c) => c.text(`${c.req.param('id')} ${currentExchange()?.requestId}`))
const viaHono = await app.request('/orders/7', { headers: { 'x-request-id': 'abc-123' } })
equal(viaHono.headers.get('x-seen'), 'yes')
equal(await viaHono.text(), `7 ${viaHono.headers.get('x-request-id')}`)

const viaFetch = handler(stack(requestId(), observer), () => problem({ status: 409, title: 'Sold out' }))
const refused = await viaFetch(new Request('http://localhost/tea'))
equal(refused.status, 409)
equal(refused.headers.get('content-type'), 'application/problem+json')
equal((await refused.json()).title, 'Sold out')

equal(parseDuration('1h30m'), 5_400_000)
equal(seen.filter((line) => line.startsWith('before')).join(), 'before /orders/7,before /tea')
console.log('ok')
