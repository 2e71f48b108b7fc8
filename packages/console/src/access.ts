import { isLoopback, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { failure } from './respond.ts'

/** Who may use the console: whoever calls from this machine and through no proxy, or whom a function lets in. */
export type ConsoleAccess = 'loopback' | ((x: Exchange) => MaybePromise<boolean>)

/** What is asked for: the page itself may be linked to from anywhere, the rest belongs to the page. */
export type Asked = 'page' | 'data'

/** Refuses who may not use the console. */
export class AccessGuard {
  readonly #authorize: ConsoleAccess
  readonly #hosts: ReadonlySet<string>

  /** @param hosts - Names under which the console may be asked for, beside those of this machine and addresses. */
  constructor(authorize: ConsoleAccess, hosts: readonly string[]) {
    this.#authorize = authorize
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()))
  }

  /** The refusal, or `undefined` for who may. */
  check(x: Exchange, asked: Asked): MaybePromise<Response | undefined> {
    if (this.#authorize === 'loopback') return isLoopback(x) ? this.#crossSite(x, asked) : refusals.elsewhere()
    if (!this.#knowsHost(x)) return refusals.host()
    const foreign = this.#crossSite(x, asked)
    if (foreign) return foreign
    const allowed = this.#authorize(x)
    if (typeof allowed === 'boolean') return allowed ? undefined : refusals.unauthorized()
    return allowed.then((yes) => (yes === true ? undefined : refusals.unauthorized()))
  }

  /**
   * A name that an attacker's server resolves to this machine makes a foreign page look like the console's own (DNS
   * rebinding). An address cannot be made to mean another, nor can `localhost`.
   */
  #knowsHost(x: Exchange): boolean {
    const name = nameOf(hostOf(x))
    if (name === 'localhost' || name.endsWith('.localhost')) return true
    return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[\da-f:.]+\]$/.test(name) || this.#hosts.has(name)
  }

  /** Refuses what a page of another site caused. What has neither header comes from no browser. */
  #crossSite(x: Exchange, asked: Asked): Response | undefined {
    const origin = x.header('origin')
    if (origin !== undefined && !this.#isOwnOrigin(origin, x)) return refusals.crossSite()
    const site = x.header('sec-fetch-site')
    if (site === undefined || site === 'same-origin' || site === 'none') return undefined
    // Following a link to the page gives the other site nothing to read.
    const followed = asked === 'page' && x.header('sec-fetch-mode') === 'navigate' && x.method === 'GET'
    return followed && x.header('sec-fetch-dest') === 'document' ? undefined : refusals.crossSite()
  }

  /** By host and port: a proxy that ends TLS leaves the scheme in doubt, and may write another host than was asked for. */
  #isOwnOrigin(origin: string, x: Exchange): boolean {
    const [scheme, authority] = origin.toLowerCase().split('://')
    if (authority === undefined) return false
    const port = scheme === 'https' ? ':443' : ':80'
    return withoutPort(authority, port) === withoutPort(hostOf(x), port) || this.#hosts.has(nameOf(authority))
  }
}

const refusals = {
  elsewhere: () =>
    refusal(
      'ERR_CONSOLE_LOOPBACK',
      'The console answers on this machine only, under localhost and through no proxy. Pass `authorize` to let others in.',
    ),
  host: () =>
    refusal('ERR_CONSOLE_HOST', 'The console does not answer under this name. Add it to `hosts` of consolePage().'),
  unauthorized: () => refusal('ERR_CONSOLE_FORBIDDEN', 'The console is not for everyone.'),
  crossSite: () => refusal('ERR_CONSOLE_ORIGIN', 'The console answers its own page, and no other site.'),
}

function refusal(code: string, detail: string): Response {
  return failure({ status: 403, code, detail })
}

/** What the client asked for: the header, or, in HTTP/2 and in a program, the authority of the address. */
function hostOf(x: Exchange): string {
  return (x.header('host') ?? /^[a-z]+:\/\/([^/?#]*)/i.exec(x.url)?.[1] ?? '').toLowerCase()
}

function withoutPort(host: string, port: string): string {
  return host.endsWith(port) ? host.slice(0, -port.length) : host
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '')
}
