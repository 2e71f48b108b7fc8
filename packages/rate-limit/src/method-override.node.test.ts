import { Hono } from 'hono'
import { methodOverride } from 'hono/method-override'
import { expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { rateLimit } from './index.ts'

test('a request is counted once through a method override, and the next one anew (rate-limit/12)', async () => {
  const policies = [{ name: 'p', limit: 10, window: '1h' }] as const
  const app = new Hono().use(rateLimit({ name: 'it', by: 'address', policies }))
  app.use('/x', methodOverride({ app, header: 'x-method' }))
  app.delete('/x', (c) => c.text('deleted'))
  await using server = await serve(app.fetch)
  for (const remaining of [9, 8, 7]) {
    const response = await fetch(`${server.url}/x`, { method: 'POST', headers: { 'x-method': 'DELETE' } })
    expect(await response.text()).toBe('deleted')
    expect(response.headers.get('ratelimit')).toBe(`"p";r=${remaining};t=${remaining * 360}`)
  }
})
