import { toolClient } from '../shared/tool-client.ts'
import { developmentFolder, password } from './credentials.ts'
import { Databases } from './databases.ts'
import { freePort, RunningService } from './running-service.ts'
import { ScriptedBrowser, type Page } from './scripted-browser.ts'

/** Both services and the identity provider of development, each in a process of its own. */
export class IdentifiedShop implements AsyncDisposable {
  readonly inventory: RunningService
  readonly orders: RunningService
  /** What makes a command, or another service, one of this shop. */
  readonly settings: Readonly<Record<string, string>>
  readonly #databases: Databases
  readonly #providerOptions: { readonly port: number; readonly preload?: string }
  #provider: RunningService | undefined

  private constructor(
    inventory: RunningService,
    orders: RunningService,
    settings: Readonly<Record<string, string>>,
    databases: Databases,
    providerOptions: { readonly port: number; readonly preload?: string },
  ) {
    this.inventory = inventory
    this.orders = orders
    this.settings = settings
    this.#databases = databases
    this.#providerOptions = providerOptions
  }

  /** The services are ready before there is a provider. */
  static async start(env: Readonly<Record<string, string>> = {}, preload?: string): Promise<IdentifiedShop> {
    const databases = await Databases.start()
    const loaded = preload === undefined ? {} : { preload }
    const [port, stockPort, providerPort] = [await freePort(), await freePort(), await freePort()]
    const settings = {
      OIDC_ISSUER: '',
      ORDERS_OIDC_CLIENT_SECRET: '',
      PROVIDER_HTTP_ADDR: `127.0.0.1:${providerPort}`,
      ORDERS_HTTP_ADDR: `127.0.0.1:${port}`,
      INVENTORY_HTTP_ADDR: `127.0.0.1:${stockPort}`,
      ORDERS_INVENTORY_URL: `http://127.0.0.1:${stockPort}`,
      DEVELOPMENT_FOLDER: developmentFolder,
      // A machine that is busy with other tests takes its time.
      ORDERS_INVENTORY_TIMEOUT: '10s',
      ...env,
    }
    const [inventory, orders] = await Promise.all([
      RunningService.start(
        'inventory',
        { ...settings, INVENTORY_DATABASE_URL: await databases.fresh() },
        { port: stockPort, ...loaded },
      ),
      RunningService.start(
        'orders',
        { ...settings, ORDERS_DATABASE_URL: await databases.fresh() },
        { port, ...loaded },
      ),
    ])
    return new IdentifiedShop(inventory, orders, settings, databases, { port: providerPort, ...loaded })
  }

  /** The provider: its output, and its signals. */
  get provider(): RunningService {
    if (!this.#provider) throw new Error('There is no provider yet.')
    return this.#provider
  }

  /** Starts the provider, again if need be. */
  async startProvider(): Promise<void> {
    this.#provider = await RunningService.start('provider', this.settings, this.#providerOptions)
  }

  /** Another instance of orders, which clients know by the same address. */
  async anotherInstance(): Promise<RunningService> {
    const own = { ORDERS_DATABASE_URL: await this.#databases.fresh(), ORDERS_PUBLIC_URL: this.orders.url }
    const port = await freePort()
    return RunningService.start('orders', { ...this.settings, ...own, ORDERS_HTTP_ADDR: `127.0.0.1:${port}` }, { port })
  }

  /** Where a login begins and ends. */
  get adminUrl(): string {
    return `${this.orders.url}/admin`
  }

  /** Logs somebody in, from a page that asks for it. */
  async logIn(browser: ScriptedBrowser, login: 'ann' | 'bob', at: string = this.adminUrl): Promise<Page> {
    const form = await browser.open(at)
    return browser.submit(form, { login, password })
  }

  /** A token for orders, of a program. */
  token(id: 'tools' | 'partner', scope = 'orders:write'): Promise<string> {
    const settings = { oidcIssuer: undefined, providerAddr: new URL(this.provider.url).host, developmentFolder }
    return toolClient(settings, { id, audience: 'orders', scope: [scope] }).accessToken()
  }

  /** Somebody's browser, who has logged in. */
  async browserOf(login: 'ann' | 'bob'): Promise<ScriptedBrowser> {
    const browser = new ScriptedBrowser()
    const { status, text } = await this.logIn(browser, login)
    if (status !== 200) throw new Error(`The login of ${login} was answered with ${status}: ${text}`)
    return browser
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of [this.#provider, this.orders, this.inventory, this.#databases]) {
      await each?.[Symbol.asyncDispose]()
    }
  }
}
