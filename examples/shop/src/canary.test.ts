import { spawn } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashPassword } from '@seaworthy/basic-auth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { startCollector, type Collector } from './testing/collector.ts'
import { admin, bearer, developmentFolder } from './testing/credentials.ts'
import { Databases } from './testing/databases.ts'
import { startProvider, type Provider } from './testing/provider.ts'
import { compileCache, freePort, RunningService, send, type Answer } from './testing/running-service.ts'

// Secrets go through every path, and then everything that the shop has written is searched for them. A word that is
// leaked on purpose shows first that each place is searched.
const random = (): string => crypto.randomUUID().replaceAll('-', '')
const password = `password ${random()}`
const wrongPassword = `wrong ${random()}`
const clientSecret = `client-secret-${random()}`
const pepper = `pepper-${random()}`
const redisPassword = `redis-${random()}`
const databasePassword = `database-${random()}`
const collectorSecret = `collector-${random()}`
const planted = `planted-${random()}`
const plantedAddress = '203.0.113.77'

/** Everything that must not be found. Long texts are searched for by a part that nothing else has. */
const needles = new Map<string, string>()
function secret(name: string, text: string): string {
  needles.set(name, text)
  needles.set(`${name} in base64`, Buffer.from(`admin:${text}`).toString('base64').slice(12, -4))
  needles.set(`${name} in a URL`, encodeURIComponent(text))
  return text
}
/** A token: its payload and its signature each give it away. */
function secretToken(name: string, token: string): string {
  const [, payload = '', signature = ''] = token.split('.')
  needles.set(`payload of ${name}`, payload)
  needles.set(`signature of ${name}`, signature)
  return token
}
/** A key without what its hint shows. */
function secretKey(name: string, key: string): string {
  needles.set(name, key.slice('shop_'.length, -4))
  return key
}

let databases: Databases
let collector: Collector
let provider: Provider
let inventory: RunningService
let orders: RunningService
/** Every answer, but those in which an admin is told a key. */
const answers: string[] = []

beforeAll(async () => {
  for (const [name, text] of Object.entries({ password, wrongPassword, clientSecret, pepper, redisPassword }))
    secret(name, text)
  for (const [name, text] of Object.entries({ databasePassword, collectorSecret })) secret(name, text)
  databases = await Databases.start()
  collector = await startCollector()
  provider = await startProvider({ id: 'orders', secret: clientSecret })
  const users = join(developmentFolder, 'canary-users')
  writeFileSync(users, `admin:${await hashPassword(password)}\n`)
  const withPassword = async (): Promise<string> =>
    (await databases.fresh()).replace('//test@', `//test:${databasePassword}@`)
  const shared = {
    PLANTED: planted,
    OIDC_ISSUER: provider.issuer.issuer,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${collectorSecret}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_BLRP_SCHEDULE_DELAY: '50',
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    // Nothing listens there: what a client of Redis says of its failures is searched as well.
    REDIS_URL: `redis://:${redisPassword}@127.0.0.1:${await freePort()}`,
  }
  const preload = fileURLToPath(new URL('./testing/plant.fixture.ts', import.meta.url))
  const own = { INVENTORY_DATABASE_URL: await withPassword(), INVENTORY_LOG_LEVEL: 'debug' }
  inventory = await RunningService.start('inventory', { ...shared, ...own }, { preload })
  const settings = {
    ...shared,
    ORDERS_DATABASE_URL: await withPassword(),
    ORDERS_INVENTORY_URL: inventory.url,
    ORDERS_OIDC_CLIENT_SECRET: clientSecret,
    ORDERS_API_KEY_PEPPER: pepper,
    ORDERS_ADMIN_USERS: users,
    ORDERS_LOG_LEVEL: 'debug',
    ORDERS_FAILURES: '100000',
  }
  orders = await RunningService.start('orders', settings, { preload })
}, 60_000)
afterAll(async () => {
  for (const each of [orders, inventory, provider, collector, databases]) await each?.[Symbol.asyncDispose]()
})

async function ask(
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: unknown,
): Promise<Answer> {
  const from = { 'x-forwarded-for': plantedAddress, 'x-forwarded-proto': 'https', ...headers }
  const answer = await send(orders.url + path, method, body, from)
  answers.push(JSON.stringify([...answer.headers]), answer.text)
  return answer
}

/** An answer that tells an admin a key. */
async function toldKey(path: string, name: string, body: unknown): Promise<{ key: string; id: string }> {
  const answer = await ask(path, admin('admin', password), 'POST', body)
  expect(answer.status).toBe(201)
  answers.pop()
  return { key: secretKey(name, String(answer.body['key'])), id: String(answer.body['id']) }
}

test('secrets that went through every path are nowhere to be found', { timeout: 60_000 }, async () => {
  // What succeeds.
  const token = secretToken('a good token', provider.issuer.token({ sub: 'ann', scope: 'orders:write' }))
  const placed = await ask('/orders', bearer(token), 'POST', { sku: 'tea', quantity: 1 })
  expect(placed.status).toBe(201)
  const id = String(placed.body['id'])
  const first = await toldKey('/admin/keys', 'a key', { owner: 'ann', scopes: ['orders:write'], name: 'mine' })
  const second = await toldKey(`/admin/keys/${first.id}/rotate`, 'a rotated key', { grace: '1h' })
  for (const { key } of [first, second]) expect((await ask('/orders', { 'x-api-key': key })).status).toBe(200)
  expect((await ask('/orders', { authorization: `ApiKey ${first.key}` })).status).toBe(200)
  expect((await ask(`/orders/${id}/cancel`, { 'x-api-key': first.key }, 'POST')).status).toBe(200)
  expect((await ask('/admin/keys?owner=ann', admin('admin', password))).status).toBe(200)
  await ask('/catalogue')

  // What fails: each credential, where it belongs and where it does not.
  const sign = (claims: Record<string, unknown>): string => provider.issuer.token({ sub: 'ann', ...claims })
  const [header, payload, signature = ''] = sign({ sub: 'bob' }).split('.')
  const credentials = [
    token,
    secretToken('a token without the scope', sign({ scope: '' })),
    secretToken('an expired token', sign({ exp: 1 })),
    secretToken('a token of another audience', sign({ aud: 'elsewhere' })),
    secretToken('a forged token', `${header}.${payload}.${signature.split('').toReversed().join('')}`),
    first.key,
    secretKey('an unknown key', `${first.key.slice(0, 20)}${random().slice(0, 22)}`),
    password,
    wrongPassword,
    clientSecret,
    Buffer.from(`admin:${wrongPassword}`).toString('base64'),
  ]
  for (const text of credentials) {
    const places: Record<string, string>[] = [
      { authorization: `Bearer ${text}` },
      { authorization: `bearer  ${text}, Bearer ${text}` },
      { authorization: `Basic ${text}` },
      { authorization: `ApiKey ${text}` },
      { authorization: `Unheard-of ${text}` },
      { authorization: text },
      { 'x-api-key': text },
      { 'x-api-key': text, authorization: `Bearer ${text}` },
      { 'proxy-authorization': `Bearer ${text}`, cookie: `token=${encodeURIComponent(text)}` },
      { 'x-auth-token': text, referer: `https://shop.test/?token=${encodeURIComponent(text)}` },
      admin('admin', text),
      admin('nobody', text),
    ]
    for (const headers of places) {
      await ask(`/orders/${id}/cancel`, headers, 'POST')
      await ask('/admin/keys?owner=ann', headers)
    }
    const query = encodeURIComponent(text)
    await ask(`/orders?access_token=${query}&api_key=${query}&token=${query}&password=${query}`)
    await ask(`/orders?key=${query}&x-api-key=${query}`)
    await ask(`/orders?limit=x&access_token=${query}`, bearer(token))
    await ask('/orders', bearer(token), 'POST', { sku: text, quantity: 1, password: text, token: text })
    await ask('/orders', bearer(token), 'POST', `{"sku":"${text}`)
    await ask('/admin/keys', admin('admin', password), 'POST', { owner: '', scopes: [text], password: text })
    await send(`${inventory.url}/inventory/tea?access_token=${query}`, 'GET', undefined, bearer(text))
  }
  await ask(`/admin/keys/${first.id}`, admin('admin', password), 'DELETE')
  expect((await ask('/orders', { 'x-api-key': first.key })).status).toBe(401)

  // What breaks: inventory refuses the service token, and then the provider is gone.
  for (const key of provider.issuer.keys) if (key.kid !== undefined) provider.issuer.retire(key.kid)
  provider.issuer.rotate()
  provider.isDown = true
  await ask('/orders', bearer(secretToken('a token of a new key', sign({}))))
  await ask('/orders', { 'x-api-key': second.key }, 'POST', { sku: 'tea', quantity: 1 })
  await ask('/healthz')
  await databases.stop()
  expect((await ask('/orders', bearer(token))).status).toBeGreaterThanOrEqual(500)
  await ask('/orders', { 'x-api-key': second.key })
  await ask(`/${planted}`, bearer(token))
  const metrics = [await ask('/metrics'), await send(`${inventory.url}/metrics`, 'GET', undefined, {})]
  const documents = [await ask('/openapi.json'), await send(`${inventory.url}/openapi.json`, 'GET', undefined, {})]
  for (const [i, given] of provider.given.entries()) secretToken(`service token ${i}`, given)
  expect(provider.given.length).toBeGreaterThan(0)

  const exported = (signal: string): string => collector.sent.get(signal) ?? ''
  await eventually(() => exported('metrics').includes('http.server.request.duration'), 'metrics', 10_000)
  expect([await orders.end('SIGTERM'), await inventory.end('SIGTERM')]).toEqual([0, 0])
  const written = orders.output + inventory.output
  const places: Record<string, { text: string; control: string }> = {
    terminal: { text: written, control: planted },
    audit: {
      text: written
        .split('\n')
        .filter((line) => line.includes('"msg":"audit"'))
        .join('\n'),
      control: plantedAddress,
    },
    logs: { text: exported('logs'), control: planted },
    spans: { text: exported('traces'), control: planted },
    metrics: { text: exported('metrics'), control: planted },
    scraped: { text: metrics.map(({ text }) => text).join(''), control: planted },
    answers: { text: answers.join('\n'), control: planted },
    'OpenAPI documents': { text: documents.map(({ text }) => text).join(''), control: 'orders:write' },
  }
  for (const [place, { text, control }] of Object.entries(places)) {
    expect([place, text.includes(control)]).toEqual([place, true])
    const found = [...needles].filter(([, needle]) => needle.length > 8 && text.includes(needle)).map(([name]) => name)
    expect([place, found]).toEqual([place, []])
  }
  expect(written).toContain('"level":"debug"')
})

test('a service that cannot start tells no secret either', { timeout: 60_000 }, async () => {
  const hole = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => hole.once('listening', resolve))
  const { port } = hole.address() as AddressInfo
  hole.closeAllConnections()
  await new Promise((resolve) => hole.close(resolve))
  const failing = [
    { ORDERS_DATABASE_URL: `postgres://ann:${databasePassword}@127.0.0.1:${port}/orders` },
    {
      ORDERS_DATABASE_URL: `mysql://ann:${databasePassword}@127.0.0.1:${port}/orders`,
      REDIS_URL: `http://:${redisPassword}@127.0.0.1:${port}`,
      ORDERS_API_KEY_PEPPER: 'too short',
      ORDERS_OIDC_CLIENT_SECRET: clientSecret,
      ORDERS_LOG_LEVEL: 'loud',
    },
  ]
  for (const env of failing) {
    const message = await RunningService.start('orders', env).then(
      () => 'it started',
      (error: unknown) => String(error),
    )
    expect(message).toContain('the service ended')
    expect([...needles].filter(([, needle]) => message.includes(needle))).toEqual([])
    expect(message).not.toContain('too short')
  }
})

test('the banner says how to get credentials, and tells none', { timeout: 60_000 }, async () => {
  const folder = join(developmentFolder, 'of-the-banner')
  const addresses = {
    ORDERS_HTTP_ADDR: `127.0.0.1:${await freePort()}`,
    INVENTORY_HTTP_ADDR: `127.0.0.1:${await freePort()}`,
    PROVIDER_HTTP_ADDR: `127.0.0.1:${await freePort()}`,
  }
  const { PATH = '' } = process.env
  await databases.restart()
  const locations = {
    ORDERS_DATABASE_URL: await databases.fresh(),
    INVENTORY_DATABASE_URL: await databases.fresh(),
    DEVELOPMENT_FOLDER: folder,
  }
  const start = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    env: { PATH, NODE_ENV: 'development', ...compileCache, ...addresses, ...locations },
  })
  let output = ''
  for (const stream of [start.stdout, start.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const ended = new Promise((resolve) => start.once('exit', resolve))
  await eventually(() => output.includes('Ctrl-C'), 'the banner', 40_000)
  start.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(output).toContain('run token --scope orders:write')
  expect(output).toContain('run login --token')
  expect(output).toContain(`${addresses.ORDERS_HTTP_ADDR.replace('127.0.0.1', 'localhost')}/admin`)
  expect(output).toContain(`cat ${join(folder, 'admin-password')}`)
  for (const [file, secretOf] of [
    ['admin-password', (text: string) => text],
    ['signing-keys.json', (text: string) => String(JSON.parse(text)[0].d)],
    ['client-secrets.json', (text: string) => String(JSON.parse(text).orders)],
    ['session-key', (text: string) => text],
  ] as const) {
    const path = join(folder, file)
    const text = secretOf(readFileSync(path, 'utf8'))
    expect([text.length > 20, output.includes(text)]).toEqual([true, false])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  }
})
