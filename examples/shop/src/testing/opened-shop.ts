import { RawSocket } from '../../../../test/support/raw-socket.ts'
import { admin, person } from './credentials.ts'
import { Databases } from './databases.ts'
import { RunningService, send, type Answer } from './running-service.ts'

let addresses = 0

/** A client of its own, as the proxy on this machine tells it: with limits of its own. */
export function client(address = `198.51.100.${++addresses}`): Record<string, string> {
  return { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' }
}

/** A person of its own at an address of its own. */
export function somebody(claims: Record<string, unknown> = {}): Record<string, string> {
  return { ...client(), ...person({ sub: crypto.randomUUID(), ...claims }) }
}

/** Both services, and what can be asked of orders. */
export class OpenedShop implements AsyncDisposable {
  readonly inventory: RunningService
  readonly orders: RunningService
  readonly #databases: Databases

  private constructor(inventory: RunningService, orders: RunningService, databases: Databases) {
    this.inventory = inventory
    this.orders = orders
    this.#databases = databases
  }

  static async start(settings: Record<string, string> = {}): Promise<OpenedShop> {
    const databases = await Databases.start()
    const inventory = await RunningService.start('inventory', { INVENTORY_DATABASE_URL: await databases.fresh() })
    const orders = await RunningService.start('orders', {
      ORDERS_DATABASE_URL: await databases.fresh(),
      ORDERS_INVENTORY_URL: inventory.url,
      ...settings,
    })
    return new OpenedShop(inventory, orders, databases)
  }

  ask(path: string, headers: Record<string, string>, method = 'GET', body?: unknown): Promise<Answer> {
    return send(this.orders.url + path, method, body, headers)
  }

  /** Places an order, and gives its id. */
  async placed(): Promise<string> {
    const { status, body } = await this.ask('/orders', somebody(), 'POST', { sku: 'tea', quantity: 1 })
    if (status !== 201) throw new Error(`The order was answered with ${status}.`)
    return String(body['id'])
  }

  /** Has the admin make a key. */
  async newKey(grant: Record<string, unknown> = {}): Promise<{ key: string; id: string }> {
    const made = await this.ask('/admin/keys', { ...client(), ...admin() }, 'POST', { owner: 'ann', ...grant })
    if (made.status !== 201) throw new Error(`The key was answered with ${made.status}.`)
    return { key: String(made.body['key']), id: String(made.body['id']) }
  }

  /** A request as it is written, for what no client sends; from an address of its own. */
  async raw(head: string, from = client()): Promise<{ status: number; text: string }> {
    using socket = RawSocket.connect(this.orders.port)
    const lines = [head, 'host: 127.0.0.1', ...Object.entries(from).map(([name, value]) => `${name}: ${value}`)]
    socket.write(`${lines.join('\n').replaceAll('\n', '\r\n')}\r\nconnection: close\r\n\r\n`)
    const text = await socket.untilClosed(10_000)
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.orders, this.inventory, this.#databases]) await each[Symbol.asyncDispose]()
  }
}
