import { spawn, type ChildProcess } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { configOrExit } from '@seaworthy/config'
import { banner } from './banner.ts'
import * as inventory from './inventory/config.ts'
import * as orders from './orders/config.ts'
import { localUrl } from './shared/local-url.ts'

// Starts both services, each in a process of its own as in production, and stops all when one of them ends. Without a
// provider at OIDC_ISSUER there is one for development.
const cfg = configOrExit(orders.spec, { prefix: orders.prefix })
const stock = configOrExit(inventory.spec, { prefix: inventory.prefix })
const urls = { orders: localUrl(cfg.httpAddr), inventory: localUrl(stock.httpAddr) }
const provider = cfg.oidcIssuer === undefined ? { provider: localUrl(cfg.providerAddr) } : {}
const services: ChildProcess[] = []
let stopping = false
let exitCode = 0

for (const [name, url] of Object.entries({ ...urls, ...provider })) await refuseIfTaken(name, url)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))

start('inventory', { INVENTORY_CONSOLE_URL: process.env['INVENTORY_CONSOLE_URL'] ?? `${urls.orders}/_console` })
const address = { ORDERS_INVENTORY_URL: process.env['ORDERS_INVENTORY_URL'] ?? urls.inventory }
start('orders', address)
if (provider.provider !== undefined) start('provider', address)

const awaited = Object.values(urls).map((url) => ready(`${url}/readyz`))
if (provider.provider !== undefined) awaited.push(ready(`${provider.provider}/.well-known/openid-configuration`))
if ((await Promise.all(awaited)).every(Boolean)) process.stdout.write(banner(urls, cfg))

/** Whatever answers there would be taken for the shop. */
async function refuseIfTaken(name: string, url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const { promise: isTaken, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(Number(port), hostname.replaceAll(/[[\]]/g, ''), () => resolve(true))
  socket.on('error', () => resolve(false))
  if (!(await isTaken)) return
  process.stderr.write(`Something answers at ${url} already. Stop it, or set ${name.toUpperCase()}_HTTP_ADDR.\n`)
  process.exit(1)
}

function start(name: 'orders' | 'inventory' | 'provider', env: Record<string, string> = {}): void {
  const main = fileURLToPath(new URL(`./${name}/main.ts`, import.meta.url))
  // A group of its own: Ctrl-C in the terminal reaches only this process, which passes it on once.
  const service = spawn(process.execPath, [main], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    detached: true,
  })
  services.push(service)
  service.on('exit', (code, signal) => {
    exitCode ||= code ?? 1
    if (!stopping) {
      process.stderr.write(`${name} ended (${signal ?? code}); stopping the others\n`)
      stop('SIGTERM')
    }
    if (services.every(({ exitCode: ended, signalCode }) => ended !== null || signalCode !== null))
      process.exit(exitCode)
  })
}

/** The second signal is passed on as well: it ends a service at once. */
function stop(signal: NodeJS.Signals): void {
  stopping = true
  for (const service of services) service.kill(signal)
}

async function ready(url: string): Promise<boolean> {
  while (!stopping) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return true
    await sleep(100)
  }
  return false
}
