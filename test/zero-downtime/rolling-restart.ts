import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/own-server.ts'
import { HttpConnection } from './http-connection.ts'
import { Backend, Proxy } from './proxy.ts'

/** What the clients saw. */
export interface RollingResult {
  readonly requests: number
  /** Why requests failed, as the clients and the proxy put it. */
  readonly failures: readonly string[]
  /** The exit codes of the servers that were restarted. */
  readonly exits: readonly (number | null)[]
}

const probeInterval = 100
const clients = 10

/** How much happens. */
export interface RollingPlan {
  /** Which of the two servers are restarted, in turn. */
  readonly restarts: readonly (0 | 1)[]
  /** The least number of requests. */
  readonly requests: number
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly patience: number
}

/** Restarts two servers behind a proxy in turn, while ten clients POST without retries. */
export async function rollingRestart(script: string, plan: RollingPlan): Promise<RollingResult> {
  const ports = [await freePort(), await freePort()]
  const backends = ports.map((port) => new Backend(port))
  const children = ports.map((port) => start(script, port))
  await using proxy = new Proxy(backends, probeInterval)
  const load = new Load(await proxy.listen())
  try {
    await until(() => backends.every(({ ready }) => ready))
    load.start()
    const exits: (number | null)[] = []
    for (const index of plan.restarts) {
      const served = load.requests
      await until(() => load.requests > served + plan.requests / 5)
      exits.push(await stop(children[index], plan.patience))
      await until(() => backends[index]?.ready === false)
      children[index] = start(script, ports[index] ?? 0)
      await until(() => backends[index]?.ready === true)
    }
    await until(() => load.requests > plan.requests)
    await load.end()
    return { requests: load.requests, failures: [...load.failures, ...proxy.failures], exits }
  } finally {
    await load.end()
    for (const child of children) child.kill('SIGKILL')
  }
}

/** Clients that POST one order after the other. */
class Load {
  requests = 0
  readonly failures: string[] = []
  running = true
  #clients: readonly Promise<void>[] = []
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  start(): void {
    this.#clients = Array.from({ length: clients }, (_, client) => this.#run(client))
  }

  async end(): Promise<void> {
    this.running = false
    await Promise.all(this.#clients)
  }

  async #run(client: number): Promise<void> {
    let connection = new HttpConnection(this.#port)
    for (let order = 0; this.running; order++) {
      if (!connection.open) connection = new HttpConnection(this.#port)
      const body = `order ${order} of client ${client} ${'x'.repeat(Math.random() * 2000)}`
      this.requests++
      try {
        const response = await connection.send('POST', '/orders', body)
        if (response.status !== 200 || response.body !== body) this.failures.push(`client: status ${response.status}`)
      } catch (error) {
        this.failures.push(`client: ${String(error)}`)
      }
    }
    connection.close()
  }
}

function start(script: string, port: number): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url))
  return spawn(process.execPath, [path, String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

/** The exit code after SIGTERM; `null` when it had to be killed. */
function stop(child: ChildProcess | undefined, patience: number): Promise<number | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child?.kill('SIGKILL'), patience)
    child?.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code)
    })
    child?.kill('SIGTERM')
  })
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 15_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Still not after 15 s: ${String(condition)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
