import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { currentExchange, exchange, handler, middleware, requestId, stack, type Hooks } from './index.ts'

test('smoke', async () => {
  const calls: string[] = []
  const part = (name: string): Hooks => ({
    name,
    before() { calls.push(`${name}.before`) },
    scope(_x, run) { calls.push(`${name}.scope`); return run() },
    after() { calls.push(`${name}.after`) },
    settled() { calls.push(`${name}.settled`) },
  })
  const a = middleware(part('a')), b = middleware(part('b'))
  const app = new Hono().use(a, b, requestId()).get('/x/:id', (c) => c.text(exchange(c).route + ' ' + (currentExchange() === exchange(c))))
  const res = await app.request('/x/1')
  console.log(await res.text(), res.headers.get('x-request-id'), calls.join(' '))
  calls.length = 0
  const h = handler(stack(a, b, requestId()), (r: Request) => new Response(r.url))
  const r2 = h(new Request('http://x/y'))
  console.log(r2 instanceof Response, calls.join(' '))
  calls.length = 0
  const h2 = handler(stack(a, b, requestId()), async (r: Request) => new Response(r.url))
  const r3 = h2(new Request('http://x/y'))
  await r3
  console.log(r3 instanceof Promise, calls.join(' '))
})
