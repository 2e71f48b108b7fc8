import type { LogEntry, LogPage, RequestPage, RequestSummary } from '@seaworthy/console'
import { somebody } from './opened-shop.ts'
import { Databases } from './databases.ts'
import { freePort, RunningService, send, type Answer } from './running-service.ts'

/** Both services, with inventory showing what it does in the console of orders. */
export class WatchedShop implements AsyncDisposable {
  readonly inventory: RunningService
  readonly #databases: Databases
  readonly #settings: Readonly<Record<string, string>>
  #orders: RunningService

  private constructor(
    inventory: RunningService,
    orders: RunningService,
    databases: Databases,
    settings: Readonly<Record<string, string>>,
  ) {
    this.inventory = inventory
    this.#orders = orders
    this.#databases = databases
    this.#settings = settings
  }

  static async start(): Promise<WatchedShop> {
    const databases = await Databases.start()
    const port = await freePort()
    const inventory = await RunningService.start('inventory', {
      INVENTORY_DATABASE_URL: await databases.fresh(),
      INVENTORY_CONSOLE_URL: `http://127.0.0.1:${port}/_console`,
    })
    const settings = { ORDERS_DATABASE_URL: await databases.fresh(), ORDERS_INVENTORY_URL: inventory.url }
    const orders = await RunningService.start('orders', settings, { port })
    return new WatchedShop(inventory, orders, databases, settings)
  }

  get orders(): RunningService {
    return this.#orders
  }

  /** The console, with the slash at its end. */
  get url(): string {
    return `${this.orders.url}/_console/`
  }

  ask(path: string, headers = somebody(), method = 'GET', body?: unknown): Promise<Answer> {
    return send(this.orders.url + path, method, body, headers)
  }

  /** Orders something as a person of a name. */
  order(sub: string, body: unknown = { sku: 'tea', quantity: 2 }): Promise<Answer> {
    return this.ask('/orders', somebody({ sub }), 'POST', body)
  }

  /** What the API of the console answers. */
  async api<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}api/${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    const answer: T = JSON.parse(await response.text())
    return answer
  }

  /** The request that a person made, once the console has it with this many spans. */
  async request(principal: string, spans = 1): Promise<RequestSummary> {
    const path = `requests?principal=${encodeURIComponent(principal)}`
    const [found] = await this.#until(
      async () => (await this.api<RequestPage>(path)).requests,
      ([first]) => first !== undefined && first.spans >= spans,
    )
    if (found === undefined) throw new Error(`The console has no request of ${principal}.`)
    return found
  }

  /** The lines of a trace, once the console has this many. */
  async lines(traceId: string, many: number): Promise<readonly LogEntry[]> {
    return this.#until(
      async () => (await this.api<LogPage>(`logs?trace=${traceId}`)).logs,
      (logs) => logs.length >= many,
    )
  }

  async #until<T>(read: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
    for (const end = performance.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const answer = await read()
      if (isThere(answer)) return answer
      if (performance.now() > end) throw new Error(`It is not in the console: ${JSON.stringify(answer)}`)
    }
  }

  /** Ends orders, and starts it again where it was when `between` is done. */
  async restartOrders(between: () => Promise<unknown>): Promise<void> {
    const { port } = this.orders
    await this.orders.end('SIGTERM')
    await between()
    this.#orders = await RunningService.start('orders', this.#settings, { port })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.orders, this.inventory, this.#databases]) await each[Symbol.asyncDispose]()
  }
}
