import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { Hono, type Context } from 'hono'
import { describeRoute, generateSpecs } from 'hono-openapi'
import { expect, test } from 'vitest'
import { any, security } from './index.ts'
import { keyed, token } from './schemes.test-kit.ts'

const auth = token()
const answer = (c: Context): Response => c.text('')
const info = { title: 'Shop', version: '1' }
const responses = { 200: { description: 'Yes' } }
const bySecurity = {
  '/orders/{id}': { get: { security: [{ token: [] }, { key: [] }] }, post: { security: [{ token: ['write'] }] } },
  '/catalogue': { get: { security: [] } },
}

test('suits the documents of @hono/zod-openapi (security/46)', async () => {
  const policy = security({ default: any(auth, keyed()) })
  const app = new OpenAPIHono()
  app.use(policy)
  const params = z.object({ id: z.string() })
  app.openapi(createRoute({ method: 'get', path: '/orders/{id}', request: { params }, responses }), answer)
  const write = policy.method(auth.scopes('write'))
  app.openapi(
    createRoute({ method: 'post', path: '/orders/{id}', middleware: write, request: { params }, responses }),
    answer,
  )
  app.openapi(createRoute({ method: 'get', path: '/catalogue', middleware: policy.none(), responses }), answer)
  const document = policy.openapi(app.getOpenAPI31Document({ openapi: '3.1.0', info }), app)
  expect(document.paths).toMatchObject(bySecurity)
  expect((await app.request('/catalogue')).status).toBe(200)
  expect((await app.request('/orders/1', { method: 'POST' })).status).toBe(401)
  expect(() => policy.assertCovered(app)).not.toThrow()
})

test('suits the documents of hono-openapi (security/46)', async () => {
  const policy = security({ default: any(auth, keyed()) })
  const app = new Hono()
    .use(policy)
    .get('/orders/:id', describeRoute({ responses }), answer)
    .post('/orders/:id', policy.method(auth.scopes('write')), describeRoute({ responses }), answer)
    .get('/catalogue', policy.none(), describeRoute({ responses }), answer)
    .all('/hook', policy.none(), describeRoute({ responses }), answer)
  const document = policy.openapi(await generateSpecs(app, { documentation: { info } }), app)
  expect(document.paths).toMatchObject(bySecurity)
  const undocumented = policy.routes(app).filter(({ documented }) => !documented)
  expect(undocumented.map(({ path }) => path)).toEqual(['/hook'])
})
