import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { config } from '@seaworthy/config'
import { prometheus } from '@seaworthy/metrics'
import { shutdown } from '@seaworthy/shutdown'
import { run } from '../../../scripts/run.ts'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { ordersApp } from './orders/app.ts'
import * as orderSettings from './orders/config.ts'
import { noDatabase } from './shared/no-database.ts'
import { admin, bearer, developmentFolder, issuer, password, person, service } from './testing/credentials.ts'
import { Databases } from './testing/databases.ts'
import { RunningService, send, type Answer } from './testing/running-service.ts'

const perAddress = 80
const perCaller = 60
const failures = 8
let databases: Databases
let inventory: RunningService
let orders: RunningService

beforeAll(async () => {
  databases = await Databases.start()
  inventory = await RunningService.start('inventory', { INVENTORY_DATABASE_URL: await databases.fresh() })
  orders = await RunningService.start('orders', {
    ORDERS_DATABASE_URL: await databases.fresh(),
    ORDERS_INVENTORY_URL: inventory.url,
    ORDERS_PER_ADDRESS: String(perAddress),
    ORDERS_PER_CALLER: String(perCaller),
    ORDERS_FAILURES: String(failures),
  })
}, 60_000)
afterAll(async () => {
  for (const each of [orders, inventory, databases]) await each?.[Symbol.asyncDispose]()
})

let addresses = 0
/** A client of its own, as the proxy on this machine tells it: with limits of its own. */
function client(address = `198.51.100.${++addresses}`): Record<string, string> {
  return { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' }
}

/** Whoever calls has an id of its own, and with it a limit of its own. */
const somebody = (claims: Record<string, unknown> = {}): Record<string, string> => ({
  ...client(),
  ...person({ sub: crypto.randomUUID(), ...claims }),
})

const ask = (path: string, headers: Record<string, string>, method = 'GET', body?: unknown): Promise<Answer> =>
  send(orders.url + path, method, body, headers)

async function placed(): Promise<string> {
  const { status, body } = await ask('/orders', somebody(), 'POST', { sku: 'tea', quantity: 1 })
  expect(status).toBe(201)
  return String(body['id'])
}

async function newKey(grant: Record<string, unknown> = {}): Promise<{ key: string; id: string }> {
  const made = await ask('/admin/keys', { ...client(), ...admin() }, 'POST', { owner: 'ann', ...grant })
  expect(made.status).toBe(201)
  expect(made.headers.get('cache-control')).toBe('no-store')
  return { key: String(made.body['key']), id: String(made.body['id']) }
}

/** A request as it is written, for what no client sends; from an address of its own. */
async function raw(head: string, from = client()): Promise<{ status: number; text: string }> {
  using socket = RawSocket.connect(orders.port)
  const lines = [head, 'host: 127.0.0.1', ...Object.entries(from).map(([name, value]) => `${name}: ${value}`)]
  socket.write(`${lines.join('\n').replaceAll('\n', '\r\n')}\r\nconnection: close\r\n\r\n`)
  const text = await socket.untilClosed(10_000)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
}

describe('who may do what', () => {
  test('the catalogue is open to everybody, and tells no amounts', async () => {
    const { status, body } = await ask('/catalogue', client())
    expect(status).toBe(200)
    expect(body['articles']).toContainEqual({ sku: 'tea', name: 'Darjeeling, first flush', available: true })
    expect(body['articles']).toContainEqual({ sku: 'moon-rock', name: 'A rock from the moon', available: false })
  })

  test('orders are for people with a token and programs with a key', async () => {
    expect((await ask('/orders', somebody())).status).toBe(200)
    const { key } = await newKey()
    expect((await ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(200)
    const refused = await ask('/orders', client())
    expect(refused).toMatchObject({ status: 401, body: { code: 'missing' } })
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="shop", ApiKey realm="shop"')
    expect((await ask('/orders', { ...client(), ...admin() })).status).toBe(401)
  })

  test('cancelling needs the scope orders:write, of a token and of a key', async () => {
    const id = await placed()
    const refused = await ask(`/orders/${id}/cancel`, somebody({ scope: 'orders:read' }), 'POST')
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } })
    expect(refused.headers.get('www-authenticate')).toContain('scope="orders:write"')
    const { key: without } = await newKey()
    expect((await ask(`/orders/${id}/cancel`, { ...client(), 'x-api-key': without }, 'POST')).status).toBe(403)
    const { key } = await newKey({ scopes: ['orders:write'] })
    expect((await ask(`/orders/${id}/cancel`, { ...client(), 'x-api-key': key }, 'POST')).status).toBe(200)
    expect((await ask(`/orders/${await placed()}/cancel`, somebody(), 'POST')).status).toBe(200)
  })

  test('inventory is for services alone', async () => {
    const at = (headers: Record<string, string>): Promise<Answer> =>
      send(`${inventory.url}/inventory/tea`, 'GET', undefined, headers)
    expect((await at(service())).status).toBe(200)
    expect((await at(service({ scope: 'orders:write' }))).status).toBe(403)
    for (const other of [{}, person(), admin()]) expect((await at(other)).status).toBe(401)
    expect((await ask('/orders', { ...client(), ...service() })).status).toBe(401)
  })

  test('the administration asks for a password, and takes nothing else', async () => {
    const path = '/admin/keys?owner=ann'
    expect((await ask(path, { ...client(), ...admin() })).status).toBe(200)
    const { key } = await newKey({ scopes: ['orders:write'] })
    for (const other of [{}, somebody(), { 'x-api-key': key }, admin('admin', 'guess')]) {
      const refused = await ask(path, { ...client(), ...other })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Basic realm="shop", charset="UTF-8"')
    }
  })

  test('a method that a path does not have is 405, and says which it has', async () => {
    const refused = await ask('/orders', client(), 'DELETE')
    expect(refused).toMatchObject({ status: 405, body: { title: 'Method Not Allowed', instance: '/orders' } })
    expect(refused.headers.get('allow')).toBe('GET, HEAD, POST')
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect((await ask('/orders/7/cancel', client(), 'GET')).headers.get('allow')).toBe('POST')
    const stock = await send(`${inventory.url}/inventory/tea`, 'POST', undefined, {})
    expect([stock.status, stock.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('API keys', () => {
  test('are listed without what verifies them, and end when they are revoked', async () => {
    const { key, id } = await newKey({ owner: 'bob' })
    const listed = await ask('/admin/keys?owner=bob', { ...client(), ...admin() })
    expect(listed.body['keys']).toMatchObject([{ id, owner: 'bob', scopes: [] }])
    expect(listed.text).not.toContain(key.slice(5, -4))
    expect((await ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(200)
    expect((await ask(`/admin/keys/${id}`, { ...client(), ...admin() }, 'DELETE')).status).toBe(204)
    expect((await ask('/orders', { ...client(), 'x-api-key': key })).status).toBe(401)
    expect((await ask('/admin/keys/nobody', { ...client(), ...admin() }, 'DELETE')).status).toBe(404)
  })

  test('are rotated with a grace, in which both are good, or without', async () => {
    const rotate = (id: string, grace: string): Promise<Answer> =>
      ask(`/admin/keys/${id}/rotate`, { ...client(), ...admin() }, 'POST', { grace })
    const uses = async (key: unknown): Promise<number> =>
      (await ask('/orders', { ...client(), 'x-api-key': String(key) })).status
    const first = await newKey({ scopes: ['orders:write'] })
    const second = await rotate(first.id, '1h')
    expect(second).toMatchObject({ status: 201, body: { scopes: ['orders:write'] } })
    expect([await uses(first.key), await uses(second.body['key'])]).toEqual([200, 200])
    expect(await rotate(first.id, '1h')).toMatchObject({ status: 409, body: { code: 'rotated' } })
    const third = await rotate(String(second.body['id']), '0s')
    expect([await uses(second.body['key']), await uses(third.body['key'])]).toEqual([401, 200])
  })

  test('cannot be made with what only the shop decides, or by a form of another site', async () => {
    const make = (body: unknown): Promise<Answer> => ask('/admin/keys', { ...client(), ...admin() }, 'POST', body)
    expect((await make({ owner: 'ann', scopes: ['admin'] })).status).toBe(422)
    expect((await make({ owner: 'ann', limits: 'none' })).status).toBe(422)
    expect((await make({ owner: 'ann', expiresAt: 'yesterday' })).status).toBe(422)
    const form = { ...client(), ...admin(), 'content-type': 'text/plain' }
    const sent = await fetch(`${orders.url}/admin/keys`, { method: 'POST', headers: form, body: '{"owner":"ann"}' })
    expect(sent.status).toBe(415)
  })
})

describe('limits', () => {
  test('count an address before it is known who calls, and say so', async () => {
    const address = client()
    const answers = await Promise.all(Array.from({ length: perAddress + 5 }, () => ask('/catalogue', address)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(5)
    expect(refused[0]?.body).toMatchObject({ code: 'limited', 'violated-policies': ['per-address'] })
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused[0]?.headers.get('ratelimit')).toMatch(/^"per-address";r=0;t=\d+$/)
    expect((await ask('/catalogue', client())).status).toBe(200)
  })

  test('count a caller wherever it calls from, by whatever token', async () => {
    const sub = crypto.randomUUID()
    const call = (): Promise<Answer> => ask('/orders', { ...client(), ...person({ sub }) })
    const answers = await Promise.all(Array.from({ length: perCaller + 3 }, call))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3)
    expect(answers.find(({ status }) => status === 200)?.headers.get('ratelimit-policy')).toBe(
      `"per-address";q=${perAddress};w=60, "per-caller";q=${perCaller};w=60`,
    )
    expect((await ask('/orders', somebody())).status).toBe(200)
  })

  test('are not escaped by what a client writes left of its address, nor within one /64 of IPv6', async () => {
    const spoofed = (i: number): Record<string, string> => client(`192.0.2.${i}, 203.0.113.77`)
    const aliased = (i: number): Record<string, string> => client(`2001:db8:1:2:${(i * 199).toString(16)}::${i}`)
    for (const headers of [spoofed, aliased]) {
      const many = Array.from({ length: perAddress + 5 }, (_, i) => ask('/catalogue', headers(i % 250)))
      expect((await Promise.all(many)).filter(({ status }) => status === 429)).toHaveLength(5)
    }
    // The control: the next /64 is another subscriber.
    expect((await ask('/catalogue', client('2001:db8:1:3::1'))).status).toBe(200)
  })
})

describe('over a socket', () => {
  const good = (): string => person({ sub: crypto.randomUUID() })['authorization'] ?? ''

  test('two credentials in one request are refused, however they are sent', async () => {
    const basic = admin()['authorization'] ?? ''
    const { key } = await newKey()
    const ambiguous = [
      `authorization: ${good()}\nauthorization: ${good()}`,
      `authorization: ${good()}\nauthorization: ${basic}`,
      `authorization: ${good()}, ${good()}`,
      `authorization: ${good()},${good()}`,
      `x-api-key: ${key}\nx-api-key: ${key}`,
      `x-api-key: ${key}\nauthorization: ApiKey ${key}`,
    ]
    for (const headers of ambiguous) {
      const { status, text } = await raw(`GET /orders HTTP/1.1\n${headers}`)
      expect([headers.replaceAll(/ey[\w.-]+/g, 'token'), status]).toEqual([expect.anything(), 400])
      expect(text).toContain('"code":"malformed"')
    }
    expect((await raw(`GET /orders HTTP/1.1\nauthorization: ${good()}`)).status).toBe(200)
    expect((await raw(`GET /orders HTTP/1.1\nx-api-key: ${key}`)).status).toBe(200)
  })

  test('credentials in another place are none', async () => {
    const token = good().slice('Bearer '.length)
    const { key } = await newKey()
    const basic = admin()['authorization']?.slice('Basic '.length)
    const elsewhere = [
      `GET /orders?access_token=${token} HTTP/1.1`,
      `GET /orders?api_key=${key}&x-api-key=${key} HTTP/1.1`,
      `GET /orders HTTP/1.1\ncookie: token=${token}; access_token=${token}; x-api-key=${key}`,
      `GET /orders HTTP/1.1\nx-api-key: ${token}`,
      `GET /orders HTTP/1.1\nauthorization: Bearer ${key}`,
      `GET /orders HTTP/1.1\nauthorization: Token ${token}`,
      `GET /orders HTTP/1.1\nauthorization: ${token}`,
      `GET /orders HTTP/1.1\nproxy-authorization: Bearer ${token}`,
      `GET /orders HTTP/1.1\nx-forwarded-user: admin\nx-remote-user: admin`,
      `GET /admin/keys?owner=ann HTTP/1.1\nauthorization: Bearer ${basic}`,
      `GET http://admin:${password}@127.0.0.1/admin/keys?owner=ann HTTP/1.1`,
    ]
    for (const [i, request] of elsewhere.entries()) {
      const { status } = await raw(request)
      expect([i, status >= 400]).toEqual([i, true])
    }
  })

  test('no spelling of a path leads round its policy', async () => {
    const paths = [
      ...[
        '/%61dmin/keys',
        '/admin%2Fkeys',
        '/admin/%6beys',
        '//admin/keys',
        '/admin//keys',
        '/ADMIN/keys',
        '/admin/keys/',
      ],
      ...[
        '/orders/../admin/keys',
        '/orders/%2e%2e/admin/keys',
        '/catalogue/../admin/keys',
        '/catalogue%2f..%2fadmin/keys',
      ],
      ...['/admin/keys;x=/catalogue', '/admin/keys%00', '/admin/keys?x=/catalogue', '/admin\\keys', '/./admin/keys'],
      ...['/%6frders', '//orders', '/orders/', '/catalogue/../orders', '/openapi.json/../orders'],
    ]
    for (const path of paths) {
      const separator = path.includes('?') ? '&' : '?'
      const { status, text } = await raw(`GET ${path}${separator}owner=ann HTTP/1.1`)
      expect([path, status < 200 || status >= 400, /"(keys|orders)":/.test(text)]).toEqual([path, true, false])
    }
    // The control: the path itself, with the password.
    const control = await raw(`GET /%61dmin/keys?owner=ann HTTP/1.1\nauthorization: ${admin()['authorization']}`)
    expect([control.status, control.text.includes('"keys":')]).toEqual([200, true])
  })

  test('what answers for all methods opens nothing, and no method is a way round', async () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE', 'get', 'X']
    for (const path of ['/orders', '/orders/7', '/orders/7/cancel', '/admin/keys', '/admin/keys/7', '/nowhere']) {
      for (const method of methods) {
        const override = method === 'GET' ? '' : '\nx-http-method-override: GET\nx-method-override: GET'
        const { status, text } = await raw(`${method} ${path} HTTP/1.1\ncontent-length: 0${override}`)
        // No status at all: what is no method is not answered by every runtime.
        expect([method, path, status < 400]).toEqual([method, path, false])
        expect(/"(keys|orders)":/.test(text)).toBe(false)
      }
    }
  })

  test('credentials that came over plain HTTP are refused, and not asked for', async () => {
    const from = { ...client(), 'x-forwarded-proto': 'http' }
    const { status, text } = await raw(`GET /orders HTTP/1.1\nauthorization: ${good()}`, from)
    expect([status, text.toLowerCase().includes('www-authenticate')]).toEqual([403, false])
    expect(text).toContain('insecure_transport')
  })

  test('a flood of passwords stops at its limit, and leaves the shop open to others', async () => {
    const address = client()
    const flood = Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        ask('/admin/keys?owner=ann', { ...address, ...admin('admin', `guess ${i}`) }),
      ),
    )
    const start = performance.now()
    expect((await ask('/orders', somebody())).status).toBe(200)
    expect((await fetch(`${orders.url}/livez`)).status).toBe(200)
    expect(performance.now() - start).toBeLessThan(3_000)
    const statuses = (await flood).map(({ status }) => status)
    expect(statuses.every((status) => [401, 429, 503].includes(status))).toBe(true)
    const after = await ask('/admin/keys?owner=ann', { ...address, ...admin('admin', 'one more') })
    expect([after.status, Number(after.headers.get('retry-after')) > 0]).toEqual([429, true])
    expect((await ask('/admin/keys?owner=ann', { ...client(), ...admin() })).status).toBe(200)
  })

  test('a flood of tokens and keys stops at its limit', async () => {
    const other = (i: number): string => issuer.token({ aud: 'orders', sub: `${i}`, exp: 1 })
    for (const headers of [(i: number) => bearer(other(i)), (i: number) => ({ 'x-api-key': `shop_guess${i}` })]) {
      const address = client()
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) => ask('/orders', { ...address, ...headers(i) })),
      )
      const count = (wanted: number): number => answers.filter(({ status }) => status === wanted).length
      expect(count(401) + count(429)).toBe(40)
      expect((await ask('/orders', { ...address, ...headers(41) })).status).toBe(429)
    }
  })

  test('an unknown admin is refused as a wrong password is, and as slowly', async () => {
    const tries: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    const said = new Set<string>()
    for (let i = 0; i < 5; i++) {
      for (const [kind, user] of [
        ['known', 'admin'],
        ['unknown', `nobody${i}`],
      ] as const) {
        const start = performance.now()
        const { status, headers, text } = await ask('/admin/keys', { ...client(), ...admin(user, `guess ${i}`) })
        tries[kind].push(performance.now() - start)
        said.add(JSON.stringify([status, text, [...headers].filter(([name]) => !/^(date|x-request-id)$/.test(name))]))
      }
    }
    expect([...said]).toHaveLength(1)
    const [known = 0, unknown = 0] = [tries.known, tries.unknown].map((times) => times.toSorted((a, b) => a - b)[2])
    // Not how fast, but that the hash of a password is computed for both: that takes many times a refusal without.
    expect(unknown).toBeGreaterThan(known / 4)
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
    const { body } = await ask('/openapi.json', client())
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
      { jwt: ['orders:write'] },
      { apiKey: ['orders:write'] },
    ])
    expect(paths['/admin/keys/{id}'].delete.security).toEqual([{ admin: [] }])
    expect(Object.keys(Object(Object(body['components'])['securitySchemes']))).toEqual(['jwt', 'apiKey', 'admin'])
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
      env: { DEVELOPMENT_FOLDER: developmentFolder, NODE_ENV: 'test' },
    })

  test('pnpm routes prints each route and who may call it', async () => {
    const { code, output } = await command('routes')
    expect(code).toBe(0)
    expect(output).toMatch(/POST +\/orders\/:id\/cancel +jwt\(orders:write\) or apiKey\(orders:write\) +\(route\)/)
    expect(output).toMatch(/GET +\/admin\/keys +admin +\(service\)/)
    expect(output).toMatch(/PUT +\/inventory\/:sku\/reservations\/:order +service\(stock\) +\(default\)/)
    expect(output).toMatch(/GET +\/catalogue +none +\(route\)/)
  })

  test('pnpm run token prints a token that the shop takes', async () => {
    const { output } = await command('token', '--', '--scope', 'orders:write')
    const cancelled = await ask(`/orders/${await placed()}/cancel`, { ...client(), ...bearer(output.trim()) }, 'POST')
    expect(cancelled.status).toBe(200)
    const { output: other } = await command('token', '--service')
    expect((await send(`${inventory.url}/inventory`, 'GET', undefined, bearer(other.trim()))).status).toBe(200)
    const mistaken = await command('token', '--nonsense')
    expect([mistaken.code, mistaken.output]).toEqual([
      1,
      expect.stringMatching(/Unknown option '--nonsense'[\s\S]*--scope/),
    ])
    const provided = await run(process.execPath, [`${import.meta.dirname}/token.ts`], {
      env: { OIDC_ISSUER: 'https://id.example.com', NODE_ENV: 'test' },
    })
    expect([provided.code, provided.output]).toEqual([1, expect.stringContaining('https://id.example.com')])
  })
})
