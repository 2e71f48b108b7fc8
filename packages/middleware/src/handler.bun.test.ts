import { expect, test } from 'vitest'
import { serve } from '../../../test/support/serve.ts'
import { exchange, handler, requestId } from './index.ts'

test('Bun.serve({ routes }) keeps its parameters (middleware/14)', async () => {
  const routes = {
    '/orders/:id': handler(
      requestId(),
      (request: Request & { params: { id: string } }) =>
        Response.json({ id: request.params.id, route: exchange(request).route }),
      { route: () => '/orders/:id' },
    ),
  }
  await using server = await serve(() => new Response('none', { status: 404 }), { routes })
  const response = await fetch(`${server.url}/orders/7`)
  expect(await response.json()).toEqual({ id: '7', route: '/orders/:id' })
  expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{22}$/)
})
