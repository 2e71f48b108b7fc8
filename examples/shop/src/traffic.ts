import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { configOrExit } from '@seaworthy/config'
import * as inventory from './inventory/config.ts'
import * as orders from './orders/config.ts'
import { developmentIssuer } from './shared/development-issuer.ts'
import { localUrl } from './shared/local-url.ts'

// Drives the shop with requests like those of people, until it is stopped.
const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
const stock = configOrExit(inventory.spec, { prefix: inventory.prefix })
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '20' },
    seconds: { type: 'string' },
    orders: { type: 'string', default: localUrl(cfg.httpAddr) },
    inventory: { type: 'string', default: localUrl(stock.httpAddr) },
  },
})
const rate = Number(values.rate)
const seconds = values.seconds === undefined ? Number.POSITIVE_INFINITY : Number(values.seconds)
if (!(rate > 0 && seconds > 0)) {
  process.stderr.write('--rate and --seconds are positive numbers: pnpm traffic --rate 20 --seconds 60\n')
  process.exit(1)
}

const { authorize, authorizeService } = await credentials()
const json = { 'content-type': 'application/json' }
const known: string[] = []
const statuses = new Map<string, number>()
const underWay = new Set<Promise<void>>()
let sent = 0
let running = true
process.on('SIGINT', () => (running = false))
process.on('SIGTERM', () => (running = false))

/** What people do, and how often of a hundred times. */
const actions: readonly (readonly [number, () => Promise<Response>])[] = [
  [35, () => place(pick(['tea', 'tea', 'coffee', 'cocoa']), 1 + Math.floor(Math.random() * 3))],
  [25, () => get(`${values.orders}/orders/${pick(known) ?? crypto.randomUUID()}`)],
  [10, () => send(`${values.orders}/catalogue`, {})],
  [7, () => send(`${values.inventory}/inventory/${pick(['tea', 'coffee', 'cocoa'])}`, { headers: authorizeService() })],
  [8, () => get(`${values.orders}/orders?limit=10`)],
  [5, () => cancel(authorize('orders:write'))],
  [1, () => cancel(authorize())],
  [4, () => place('moon-rock', 1)],
  [2, () => place('tea', 0)],
  [1, () => send(`${values.orders}/orders`, { method: 'POST', headers: { ...json, ...authorize() }, body: '{"sku":' })],
  [1, () => get(`${values.orders}/wp-login.php`)],
  [1, () => send(`${values.orders}/orders`, {})],
]
const end = performance.now() + seconds * 1_000

while (running && performance.now() < end) {
  const action = act()
  underWay.add(action)
  void action.then(() => underWay.delete(action))
  await sleep(1_000 / rate)
}
await Promise.allSettled(underWay)
show('\n')

async function act(): Promise<void> {
  const status = await choose()()
    .then((response) => String(response.status))
    .catch(() => 'no answer')
  sent++
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
  if (process.stdout.isTTY) show('')
}

/** Writes how many requests were answered, and how: over the line before on a terminal. */
function show(end: string): void {
  const shares = [...statuses].toSorted(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `${name}: ${count}`)
  const line = `${sent} requests   ${shares.join('   ')}`
  process.stdout.write(process.stdout.isTTY ? `\r${line}\u001b[K${end}` : line + end)
}

function choose(): () => Promise<Response> {
  let at = Math.random() * actions.reduce((sum, [share]) => sum + share, 0)
  for (const [share, action] of actions) if ((at -= share) < 0) return action
  return () => get(`${values.orders}/orders`)
}

async function place(sku: string | undefined, quantity: number): Promise<Response> {
  const body = JSON.stringify({ sku, quantity })
  const response = await fetch(`${values.orders}/orders`, {
    method: 'POST',
    headers: { ...json, ...authorize() },
    body,
  })
  const answer: unknown = await response.json()
  if (response.status === 201) known.push(orderId(answer))
  if (known.length > 200) known.shift()
  return response
}

function orderId(order: unknown): string {
  return typeof order === 'object' && order !== null && 'id' in order ? String(order.id) : ''
}

function get(url: string): Promise<Response> {
  return send(url, { headers: authorize() })
}

function cancel(headers: Record<string, string>): Promise<Response> {
  return send(`${values.orders}/orders/${pick(known) ?? crypto.randomUUID()}/cancel`, { method: 'POST', headers })
}

/** Tokens of the shop's own issuer, or the one in `SHOP_TOKEN` where tokens come from elsewhere. */
async function credentials() {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const given = process.env['SHOP_TOKEN']
  if (given !== undefined) return { authorize: () => bearer(given), authorizeService: () => bearer(given) }
  if (cfg.oidcIssuer !== undefined) {
    process.stderr.write(`Tokens come from ${cfg.oidcIssuer}: set SHOP_TOKEN to one of them.\n`)
    process.exit(1)
  }
  const issuer = await developmentIssuer(cfg.developmentFolder)
  const service = { sub: 'orders', client_id: 'orders', aud: cfg.inventoryAudience, scope: 'stock' }
  return {
    authorize: (scope = '') => bearer(issuer.token({ sub: 'traffic', aud: cfg.audience, scope })),
    authorizeService: () => bearer(issuer.token(service)),
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  await response.arrayBuffer()
  return response
}

function pick(from: readonly string[]): string | undefined {
  return from[Math.floor(Math.random() * from.length)]
}
