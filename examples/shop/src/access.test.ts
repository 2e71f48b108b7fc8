import { config } from '@seaworthy/config'
import { prometheus } from '@seaworthy/metrics'
import { shutdown } from '@seaworthy/shutdown'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../../scripts/run.ts'
import { eventually } from '../../../test/support/serve.ts'
import { ordersApp } from './orders/app.ts'
import * as orderSettings from './orders/config.ts'
import { noDatabase } from './shared/no-database.ts'
import { admin, developmentFolder, person, service } from './testing/credentials.ts'
import { client, OpenedShop, somebody } from './testing/opened-shop.ts'
import { compileCache, send, type Answer } from './testing/running-service.ts'

let shop: OpenedShop
beforeAll(async () => {
  shop = await OpenedShop.start()
}, 60_000)
afterAll(() => shop?.[Symbol.asyncDispose]())

describe('who may do what', () => {
  test('the catalogue is open to everybody, and tells no amounts', async () => {
    const { status, body } = await shop.ask('/catalogue', client())
    expect(status).toBe(200)
    expect(body['articles']).toContainEqual({ sku: 'tea', name: 'Darjeeling, first flush', available: true })
    expect(body['articles']).toContainEqual({ sku: 'moon-rock', name: 'A rock from the moon', available: false })
  })

  test('orders are for people with a token and programs with a key', async () => {
    expect((await shop.ask('/orders', somebody())).status).toBe(200)
    const { key } = await shop.newKey()
    expect((await shop.ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(200)
    const refused = await shop.ask('/orders', client())
    expect(refused).toMatchObject({ status: 401, body: { code: 'missing' } })
    const asked = refused.headers.get('www-authenticate')
    expect(asked).toMatch(/^Bearer realm="shop", .*DPoP realm="shop", .*ApiKey realm="shop"$/)
    expect(asked).toContain(`resource_metadata="${shop.orders.url}/.well-known/oauth-protected-resource"`)
    expect((await shop.ask('/orders', { ...client(), ...admin() })).status).toBe(401)
  })

  test('cancelling needs the scope orders:write, of a token and of a key', async () => {
    const id = await shop.placed()
    const refused = await shop.ask(`/orders/${id}/cancel`, somebody({ scope: 'orders:read' }), 'POST')
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    expect(refused.headers.get('www-authenticate')).toContain('scope="orders:write"')
    const { key: without } = await shop.newKey()
    expect((await shop.ask(`/orders/${id}/cancel`, { ...client(), 'x-api-key': without }, 'POST')).status).toBe(403)
    const { key } = await shop.newKey({ scopes: ['orders:write'] })
    expect((await shop.ask(`/orders/${id}/cancel`, { ...client(), 'x-api-key': key }, 'POST')).status).toBe(200)
    expect((await shop.ask(`/orders/${await shop.placed()}/cancel`, somebody(), 'POST')).status).toBe(200)
  })

  test('inventory is for services alone', async () => {
    const at = (headers: Record<string, string>): Promise<Answer> =>
      send(`${shop.inventory.url}/inventory/tea`, 'GET', undefined, headers)
    expect((await at(service())).status).toBe(200)
    expect((await at(service({ scope: 'orders:write' }))).status).toBe(403)
    for (const other of [{}, person(), admin()]) expect((await at(other)).status).toBe(401)
    expect((await shop.ask('/orders', { ...client(), ...service() })).status).toBe(401)
  })

  test('the administration asks for a login or a password, and takes nothing else', async () => {
    const path = '/admin/keys?owner=ann'
    expect((await shop.ask(path, { ...client(), ...admin() })).status).toBe(200)
    const { key } = await shop.newKey({ scopes: ['orders:write'] })
    for (const other of [{}, somebody(), { 'x-api-key': key }, admin('admin', 'guess')]) {
      const refused = await shop.ask(path, { ...client(), ...other })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toMatch(
        /^Cookie realm="shop", .*Basic realm="shop", charset="UTF-8"$/,
      )
    }
  })

  test('a method that a path does not have is 405, and says which it has', async () => {
    const refused = await shop.ask('/orders', client(), 'DELETE')
    expect(refused).toMatchObject({ status: 405, body: { title: 'Method Not Allowed', instance: '/orders' } })
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect((await shop.ask('/orders/7/cancel', client(), 'GET')).headers.get('allow')).toBe('POST')
    const stock = await send(`${shop.inventory.url}/inventory/tea`, 'POST', undefined, {})
    expect([stock.status, stock.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

test('a line of the audit is about its own request', async () => {
  const guesses = Array.from({ length: 20 }, (_, i) => shop.ask('/orders', { ...client(), 'x-api-key': `guess ${i}` }))
  const ids = (await Promise.all(guesses)).map(({ headers }) => headers.get('x-request-id'))
  const audited = (): Record<string, unknown>[] =>
    shop.orders.lines.filter(({ msg, code }) => msg === 'audit' && code === 'invalid')
  const about = (): unknown[] => audited().map((line) => line['request_id'])
  await eventually(() => ids.every((id) => about().includes(id)), 'all of their lines')
  expect(new Set(about()).size).toBe(audited().length)
  // They come together, after their requests: each has the trace of its own.
  const traces = new Set(audited().map((line) => line['trace_id']))
  expect([traces.has(undefined), traces.size]).toEqual([false, audited().length])
})

describe('API keys', () => {
  test('are listed without what verifies them, and end when they are revoked', async () => {
    const { key, id } = await shop.newKey({ owner: 'bob' })
    const listed = await shop.ask('/admin/keys?owner=bob', { ...client(), ...admin() })
    expect(listed.body['keys']).toMatchObject([{ id, owner: 'bob', scopes: [] }])
    expect(listed.text).not.toContain(key.slice(5, -4))
    expect((await shop.ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(200)
    expect((await shop.ask(`/admin/keys/${id}`, { ...client(), ...admin() }, 'DELETE')).status).toBe(204)
    expect((await shop.ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(401)
    expect((await shop.ask('/admin/keys/nobody', { ...client(), ...admin() }, 'DELETE')).status).toBe(404)
  })

  test('are rotated with a grace, in which both are good, or without', async () => {
    const rotate = (id: string, grace: string): Promise<Answer> =>
      shop.ask(`/admin/keys/${id}/rotate`, { ...client(), ...admin() }, 'POST', { grace })
    const uses = async (key: unknown): Promise<number> =>
      (await shop.ask('/orders', { ...client(), 'x-api-key': String(key) })).status
    const first = await shop.newKey({ scopes: ['orders:write'] })
    const second = await rotate(first.id, '1h')
    expect(second).toMatchObject({ status: 201, body: { scopes: ['orders:write'] } })
    expect([await uses(first.key), await uses(second.body['key'])]).toEqual([200, 200])
    expect(await rotate(first.id, '1h')).toMatchObject({ status: 409, body: { code: 'rotated' } })
    const third = await rotate(String(second.body['id']), '0s')
    expect([await uses(second.body['key']), await uses(third.body['key'])]).toEqual([401, 200])
  })

  test('cannot be made with what only the shop decides, or by a form of another site', async () => {
    const make = (body: unknown): Promise<Answer> => shop.ask('/admin/keys', { ...client(), ...admin() }, 'POST', body)
    expect((await make({ owner: 'ann', scopes: ['admin'] })).status).toBe(422)
    expect((await make({ owner: 'ann', limits: 'none' })).status).toBe(422)
    expect((await make({ owner: 'ann', expiresAt: 'yesterday' })).status).toBe(422)
    const form = { ...client(), ...admin(), 'content-type': 'text/plain' }
    const sent = await fetch(`${shop.orders.url}/admin/keys`, {
      method: 'POST',
      headers: form,
      body: '{"owner":"ann"}',
    })
    expect(sent.status).toBe(415)
  })
})

describe('what the shop says of its routes', () => {
  const settings = config(orderSettings.spec, {
    prefix: orderSettings.prefix,
    env: { DEVELOPMENT_FOLDER: developmentFolder },
    files: [],
  })
  const parts = () => ({ life: shutdown({ signals: [] }), scrape: prometheus(), database: noDatabase })

  test('the OpenAPI document has the security of every route', async () => {
    const { body } = await shop.ask('/openapi.json', client())
    const paths = Object(body['paths'])
    const { app, policy } = await ordersApp(settings, parts())
    const documented = policy.routes(app).filter(({ documented }) => documented)
    expect(documented.length).toBeGreaterThan(10)
    for (const { method, path } of documented) {
      const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      expect([method, path, operation?.security]).toEqual([method, path, expect.any(Array)])
    }
    expect(paths['/catalogue'].get.security).toEqual([])
    expect(paths['/orders/{id}/cancel'].post.security).toEqual([
      { oauth2: ['orders:write'] },
      { apiKey: ['orders:write'] },
    ])
    expect(paths['/admin/keys/{id}'].delete.security).toEqual([{ login: ['admin'] }, { admin: [] }])
    expect(Object.keys(Object(Object(body['components'])['securitySchemes']))).toEqual([
      'oauth2',
      'apiKey',
      'login',
      'admin',
    ])
  })

  test('a route that no policy covers keeps the service from starting', async () => {
    const { route } = Hono.prototype
    Hono.prototype.route = function route_(this: Hono, path: string, inner: Hono) {
      this.use('/files/*', (_c, next) => next())
      return route.call(this, path, inner)
    } as never
    try {
      await expect(ordersApp(settings, parts())).rejects.toThrow('ALL /files/* may answer, and has no marker')
    } finally {
      Hono.prototype.route = route
    }
  })

  const command = (name: string, ...args: string[]): ReturnType<typeof run> =>
    run(process.execPath, [`${import.meta.dirname}/${name}.ts`, ...args], {
      env: { ...compileCache, DEVELOPMENT_FOLDER: developmentFolder, NODE_ENV: 'test' },
    })

  test('pnpm routes prints each route and who may call it', async () => {
    const { code, output } = await command('routes')
    expect(code).toBe(0)
    expect(output).toMatch(/POST +\/orders\/:id\/cancel +oauth2\(orders:write\) or apiKey\(orders:write\) +\(route\)/)
    expect(output).toMatch(/GET +\/admin\/keys +login\(admin\) or admin +\(service\)/)
    expect(output).toMatch(/PUT +\/inventory\/:sku\/reservations\/:order +service\(stock\) +\(default\)/)
    expect(output).toMatch(/GET +\/catalogue +none +\(route\)/)
  })
})
