import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deviceLogin } from '@seaworthy/oauth2/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { startCollector, type Collector } from './testing/collector.ts'
import { bearer, developmentFolder, password } from './testing/credentials.ts'
import { IdentifiedShop } from './testing/identified-shop.ts'
import { send } from './testing/running-service.ts'
import { ScriptedBrowser } from './testing/scripted-browser.ts'

// Logins of every kind go well and wrong, and then everything that the shop has written is searched for what they were
// made of. A word that is leaked on purpose shows first that each place is searched.
const planted = `planted-${crypto.randomUUID()}`
const recordings = join(developmentFolder, 'recorded')
/** Everything that must not be found, and what it is. */
const needles = new Map<string, string>()
const browsers: ScriptedBrowser[] = []
let collector: Collector
let shop: IdentifiedShop

beforeAll(async () => {
  collector = await startCollector()
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '50',
    OTEL_BLRP_SCHEDULE_DELAY: '50',
    OTEL_METRIC_EXPORT_INTERVAL: '300',
  }
  const levels = { ORDERS_LOG_LEVEL: 'debug', INVENTORY_LOG_LEVEL: 'debug', PROVIDER_TOKEN_LIFE: '1s' }
  const preload = fileURLToPath(new URL('./testing/recorder.fixture.ts', import.meta.url))
  shop = await IdentifiedShop.start({ ...telemetry, ...levels, PLANTED: planted, RECORDED: recordings }, preload)
  await shop.startProvider()
}, 60_000)
afterAll(async () => {
  for (const each of [shop, collector]) await each?.[Symbol.asyncDispose]()
})

function browser(): ScriptedBrowser {
  const made = new ScriptedBrowser()
  browsers.push(made)
  return made
}

test('what logins are made of is nowhere to be found', { timeout: 60_000 }, async () => {
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: unknown) =>
    send(shop.orders.url + path, method, body, headers)
  const answers: string[] = []

  // What succeeds: a login, a refresh, a logout; a device, whose token is bound to a key; tokens of a program.
  const ann = browser()
  await shop.logIn(ann, 'ann')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const page = await ann.open(shop.adminUrl)
  expect(page.status).toBe(200)
  const account = await deviceLogin({
    issuer: shop.provider.url,
    clientId: 'shop-cli',
    scope: ['openid', 'orders:write'],
    parameters: { audience: 'orders' },
    dpop: true,
    clock: { now: Date.now, wait: () => new Promise((resolve) => setTimeout(resolve, 20)) },
  }).login({ prompt: ({ verificationUriComplete = '' }) => approve(verificationUriComplete) })
  expect((await account.fetch(`${shop.orders.url}/orders`)).status).toBe(200)
  const bound = await account.accessToken()
  const opaque = await shop.token('partner')
  const plain = await shop.token('tools')
  const order = { sku: 'tea', quantity: 1 }
  expect((await ask('/orders', bearer(plain), 'POST', order)).status).toBe(201)
  expect((await ask('/orders', bearer(opaque))).status).toBe(200)

  // What fails: codes, states, cookies and tokens where they do not belong, and at the wrong time.
  const bob = browser()
  await bob.submit(await bob.open(shop.adminUrl), { login: 'bob', password: 'a guess' })
  const used = ann.seen.find((seen) => seen.includes('/auth/callback?')) ?? ''
  for (const address of [
    used,
    used.replace(/code=\w{4}/, 'code=AAAA'),
    used.replace('code=', 'error=access_denied&code='),
  ]) {
    for (const each of [ann.copy(), bob]) answers.push((await each.send(address)).text)
  }
  const cookie = ann.seen.find((seen) => seen.startsWith('1~')) ?? ''
  expect(cookie.length).toBeGreaterThan(30)
  const misplaced = [bound, opaque, plain, cookie, new URL(used).searchParams.get('code') ?? '']
  for (const text of misplaced) {
    const query = encodeURIComponent(text)
    for (const headers of [bearer(text), { authorization: `DPoP ${text}`, dpop: text }, { 'x-api-key': text }]) {
      answers.push((await ask('/orders', headers)).text)
    }
    answers.push((await ask('/admin', { cookie: `__Host-login.0=${text.slice(0, 20)}${text}` })).text)
    answers.push((await ask(`/auth/callback?code=${query}&state=${query}`)).text)
    answers.push((await bob.open(`${shop.adminUrl}?access_token=${query}`)).text)
    answers.push(
      (await ask(`/orders?access_token=${query}&code=${query}&refresh_token=${query}&id_token=${query}`)).text,
    )
    const logoutToken = new URLSearchParams({ logout_token: text }).toString()
    answers.push((await ask('/auth/backchannel-logout', form, 'POST', logoutToken)).text)
  }
  const question = await ann.submit(page)
  await ann.submit(question, { logout: 'yes' })

  // What breaks: the provider is gone in the middle of a login.
  const late = browser()
  const waiting = await late.open(shop.adminUrl)
  const begun = late.copy()
  await shop.logIn(begun, 'ann')
  browsers.push(begun)
  await shop.provider.end('SIGKILL')
  answers.push((await late.send(`${shop.orders.url}/auth/callback${waiting.url.search}`)).text)
  answers.push((await begun.send(shop.adminUrl)).text, (await begun.open(shop.adminUrl)).text)
  answers.push((await ask('/orders', bearer(opaque))).text, (await ask('/healthz')).text)
  answers.push((await ask(`/${planted}`, bearer(plain))).text)

  collectNeedles({ bound, opaque, plain })
  for (const kind of [
    'cookie',
    'code',
    'code_verifier',
    'refresh_token',
    'access_token',
    'id_token',
    'client secret',
  ]) {
    expect([kind, [...needles.values()].some((name) => name === kind)]).toEqual([kind, true])
  }
  const metrics = [await ask('/metrics'), await send(`${shop.inventory.url}/metrics`, 'GET', undefined, {})]
  const exported = (signal: string): string => collector.sent.get(signal) ?? ''
  await eventually(() => exported('metrics').includes('http.server.request.duration'), 'metrics', 10_000)
  expect([await shop.orders.end('SIGTERM'), await shop.inventory.end('SIGTERM')]).toEqual([0, 0])
  const places: Record<string, { text: string; control: string }> = {
    terminal: { text: shop.orders.output + shop.inventory.output, control: planted },
    'terminal of the provider': { text: shop.provider.output, control: planted },
    logs: { text: exported('logs'), control: planted },
    spans: { text: exported('traces'), control: planted },
    metrics: { text: exported('metrics'), control: planted },
    scraped: { text: metrics.map(({ text }) => text).join(''), control: planted },
    answers: { text: answers.join('\n'), control: planted },
  }
  for (const [place, { text, control }] of Object.entries(places)) {
    expect([place, text.includes(control)]).toEqual([place, true])
    const found = [...needles].filter(([needle]) => text.includes(needle)).map(([, name]) => name)
    expect([place, found]).toEqual([place, []])
  }
  // The control of the needles: what the services told the provider has them.
  const told = readFileSync(recordings, 'utf8')
  expect([...needles].filter(([needle]) => told.includes(needle)).length).toBeGreaterThan(10)
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function approve(address: string): Promise<void> {
  const bob = browser()
  await bob.submit(await bob.submit(await bob.open(address), { confirm: 'yes' }), { login: 'bob', password })
}

function collectNeedles(tokens: Readonly<Record<string, string>>): void {
  const names = [
    'code',
    'code_verifier',
    'refresh_token',
    'access_token',
    'id_token',
    'id_token_hint',
    'token',
    'state',
  ]
  for (const line of readFileSync(recordings, 'utf8').trim().split('\n')) {
    const { sent, told, authorization, dpop } = JSON.parse(line)
    const parameters = {
      ...Object.fromEntries(new URLSearchParams(sent)),
      ...(told.startsWith('{') && JSON.parse(told)),
    }
    for (const name of names) if (typeof parameters[name] === 'string') hide(name, parameters[name])
    hide('credentials', authorization.replace(/^\w+ /, ''))
    hide('proof', dpop)
  }
  for (const { seen } of browsers) {
    for (const each of seen) {
      if (!each.startsWith('http')) hide('cookie', each)
      else for (const name of names) hide(name, new URL(each).searchParams.get(name) ?? '')
    }
  }
  for (const [name, token] of Object.entries(tokens)) hide(name, token)
  for (const secret of Object.values(JSON.parse(kept('client-secrets.json')))) hide('client secret', String(secret))
  hide('session key', kept('session-key'))
  hide('signing key', JSON.parse(kept('signing-keys.json'))[0].d)
  hide('password', password)
}

const kept = (file: string): string => readFileSync(join(developmentFolder, file), 'utf8')

/** A long text is searched for by a part of it: of a token, its payload and its signature each give it away. */
function hide(name: string, text: string): void {
  const parts = text.split('.').filter((part) => part.length >= 20)
  for (const part of parts.length > 1 ? parts.slice(1) : parts) needles.set(part.slice(0, 60), name)
}
