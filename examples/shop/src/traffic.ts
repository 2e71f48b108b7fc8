import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { configOrExit } from '@seaworthy/config'
import * as inventory from './inventory/config.ts'
import * as orders from './orders/config.ts'
import { localUrl } from './shared/local-url.ts'
import { toolClient } from './shared/tool-client.ts'

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

const { authorize, authorizeService } = credentials()
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
  [
    7,
    async () =>
      send(`${values.inventory}/inventory/${pick(['tea', 'coffee', 'cocoa'])}`, { headers: await authorizeService() }),
  ],
  [8, () => get(`${values.orders}/orders?limit=10`)],
  [5, async () => cancel(await authorize('orders:write'))],
  [1, async () => cancel(await authorize())],
  [4, () => place('moon-rock', 1)],
  [2, () => place('tea', 0)],
  [1, () => post('{"sku":')],
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
  const response = await post(JSON.stringify({ sku, quantity }))
  const answer: unknown = await response.json()
  if (response.status === 201) known.push(orderId(answer))
  if (known.length > 200) known.shift()
  return response
}

async function post(body: string): Promise<Response> {
  const headers = { ...json, ...(await authorize()) }
  return fetch(`${values.orders}/orders`, { method: 'POST', headers, body })
}

function orderId(order: unknown): string {
  return typeof order === 'object' && order !== null && 'id' in order ? String(order.id) : ''
}

async function get(url: string): Promise<Response> {
  return send(url, { headers: await authorize() })
}

function cancel(headers: Record<string, string>): Promise<Response> {
  return send(`${values.orders}/orders/${pick(known) ?? crypto.randomUUID()}/cancel`, { method: 'POST', headers })
}

/** Tokens of the provider of development, or the one in `SHOP_TOKEN` where tokens come from elsewhere. */
function credentials() {
  const bearer = async (token: string | Promise<string>) => ({ authorization: `Bearer ${await token}` })
  const given = process.env['SHOP_TOKEN']
  if (given !== undefined)
    return { authorize: (_scope?: string) => bearer(given), authorizeService: () => bearer(given) }
  if (cfg.oidcIssuer !== undefined) {
    process.stderr.write(`Tokens come from ${cfg.oidcIssuer}: set SHOP_TOKEN to one of them.\n`)
    process.exit(1)
  }
  const reader = toolClient(cfg, { id: 'tools', audience: cfg.audience, scope: [] })
  const writer = toolClient(cfg, { id: 'tools', audience: cfg.audience, scope: ['orders:write'] })
  const service = toolClient(cfg, { id: 'orders', audience: cfg.inventoryAudience, scope: ['stock'] })
  return {
    authorize: (scope?: string) => bearer((scope === undefined ? reader : writer).accessToken()),
    authorizeService: () => bearer(service.accessToken()),
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
