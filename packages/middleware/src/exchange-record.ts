import type { Caller } from './caller.ts'
import { core } from './core.ts'
import type { Exchange, RuntimeHandles } from './exchange.ts'
import { pendingHeader, type PendingHeader } from './header-field.ts'
import type { Hooks, Outcome } from './hooks.ts'
import type { Key } from './key.ts'
import type { HonoContext } from './middleware.ts'
import { matchedRoute } from './matched-route.ts'
import { canonicalAddress } from './canonical-address.ts'
import { runtimeHandles } from './runtime-handles.ts'
import { authorityOf, pathOf, schemeOf } from './url-parts.ts'
import type { Origin, ProxyPolicy } from './proxy-policy.ts'

/** The part of an `AsyncResource` that is used. */
interface Frame {
  runInAsyncScope(run: () => void): void
}

/** The one Exchange of a request, with the state that the layers of its middleware share. */
export class ExchangeRecord implements Exchange {
  /** The request as the server handed it over: what was asked does not change when a layer replaces it. */
  readonly received: Request
  request: Request
  readonly env: unknown
  hono: HonoContext | undefined
  /** The context in which a `before` is about to run: under `app.mount` another one than `hono`. */
  current: HonoContext | undefined
  readonly startTime: number = performance.now()
  requestId: string | undefined = undefined
  caller: Caller | undefined = undefined
  error: unknown = undefined

  /** The parts whose turn came, in order. */
  readonly turns: Hooks[] = []
  /** The parts whose scope has been opened, in order. */
  readonly scopes: Hooks[] = []
  /** Where the innermost scopes so far were ambient, and how many those are. */
  frame: Frame | undefined = undefined
  capturedScopes = 0
  /** How many of `turns` have had their `settled`. */
  settledTurns = 0
  /** A part has answered before the rest of the chain was done: what the rest still does is dropped. */
  sealed = false
  /** The outermost layer has not finished yet. */
  open = true
  /** The response head is known. */
  answered = false
  /** The end of the exchange is being waited for. */
  watched = false
  /** Stops to wait for the client to leave. */
  unwatch: (() => void) | undefined = undefined
  /** How the exchange ended. */
  outcome: Outcome | undefined = undefined
  status: number | undefined = undefined
  headers: PendingHeader[] | undefined = undefined
  routeOf: ((request: Request) => string | undefined) | undefined = undefined

  #method: string | undefined = undefined
  #path: string | undefined = undefined
  #route: string | undefined = undefined
  #routeIsFinal = false
  #runtime: RuntimeHandles | undefined = undefined
  #peer: string | undefined | null = null
  #proxy: ProxyPolicy | undefined = undefined
  #origin: Origin | undefined = undefined
  #schemeWasRead = false
  #values: Map<string, unknown> | undefined = undefined
  #controller: AbortController | undefined = undefined
  #signal: AbortSignal | undefined = undefined
  #aborted: { readonly reason: unknown } | undefined = undefined
  #reported: Set<Hooks> | undefined = undefined

  constructor(request: Request, env: unknown, hono: HonoContext | undefined) {
    this.received = request
    this.request = request
    this.env = env
    this.hono = hono
    this.current = hono
  }

  get method(): string {
    return (this.#method ??= this.received.method)
  }

  get url(): string {
    return this.received.url
  }

  get path(): string {
    return (this.#path ??= pathOf(this.received.url))
  }

  get route(): string | undefined {
    if (this.#routeIsFinal) return this.#route
    this.#route = this.hono ? matchedRoute(this.hono, this.status) : this.routeOf?.(this.request)
    this.#routeIsFinal = this.answered
    return this.#route
  }

  set route(template: string | undefined) {
    this.#route = template
    this.#routeIsFinal = true
  }

  get runtime(): RuntimeHandles {
    return (this.#runtime ??= runtimeHandles(this.received, this.env))
  }

  get peer(): string | undefined {
    if (this.#peer === null) {
      const { incoming, bun, address } = this.runtime
      const peer = incoming ? incoming.socket?.remoteAddress : (bun?.requestIP(this.received)?.address ?? address)
      this.#peer = peer === undefined ? undefined : canonicalAddress(peer)
    }
    return this.#peer
  }

  get client(): string | undefined {
    return this.#resolved().client
  }

  get scheme(): string {
    if (this.#origin || this.#proxy) return this.#resolved().scheme
    // Metrics read the scheme of every request: that need not cost the address of its peer.
    this.#schemeWasRead = true
    return this.#directScheme()
  }

  get host(): string {
    return this.#resolved().host
  }

  #resolved(): Origin {
    return (this.#origin ??= this.#proxy ? this.#proxy.origin(this) : this.direct())
  }

  /** Where the request comes from when no proxy is trusted. */
  direct(): Origin {
    const { url } = this.received
    return { client: this.peer, scheme: this.#directScheme(), host: authorityOf(url) }
  }

  #directScheme(): string {
    const scheme = schemeOf(this.received.url)
    return scheme === 'https' && isClaimed(this.runtime) ? 'http' : scheme
  }

  /** Whether client, scheme or host have been read. */
  get originWasRead(): boolean {
    return this.#schemeWasRead || this.#origin !== undefined
  }

  trust(policy: ProxyPolicy): void {
    this.#proxy = policy
  }

  /** Whether the other end of the socket is a proxy that is trusted. */
  get peerIsTrusted(): boolean {
    return this.#proxy?.trustsPeer(this) === true
  }

  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }

  setHeader(name: string, value: string): void {
    ;(this.headers ??= []).push(pendingHeader(name, value, false))
  }

  appendHeader(name: string, value: string): void {
    ;(this.headers ??= []).push(pendingHeader(name, value, true))
  }

  get<T>(key: Key<T>): T | undefined {
    // The key's type parameter is the contract: only set() with the same key stores under its name.
    return this.#values?.get(key.name) as T | undefined
  }

  set<T>(key: Key<T>, value: T): void {
    ;(this.#values ??= new Map()).set(key.name, value)
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#openSignal())
  }

  #openSignal(): AbortSignal {
    const controller = (this.#controller = new AbortController())
    const { outgoing } = this.runtime
    if (this.#aborted) controller.abort(this.#aborted.reason)
    else if (outgoing) {
      const close = (): void => void (this.isCutOff() && this.abort(clientLeft()))
      if (outgoing.destroyed) close()
      else outgoing.on('close', close)
    } else return AbortSignal.any([this.received.signal, controller.signal])
    return controller.signal
  }

  /** Whether an outgoing message that is closed was not sent whole. */
  isCutOff(): boolean {
    const { incoming, outgoing } = this.runtime
    // HTTP/2 says finished after a reset, so that the request tells as well.
    return outgoing?.writableFinished !== true || incoming?.aborted === true
  }

  abort(reason?: unknown): void {
    this.#aborted ??= { reason }
    this.#controller?.abort(reason)
  }

  /** Reports what a hook of this exchange threw: once for each part, as a scope is entered many times. */
  report(error: unknown, hook: string, part: Hooks): void {
    if (this.#reported?.has(part)) return
    ;(this.#reported ??= new Set()).add(part)
    core().report(error, { hook, part: part.name ?? 'middleware' })
  }
}

function clientLeft(): DOMException {
  return new DOMException('The client closed the connection.', 'AbortError')
}

/**
 * A client writes the scheme itself in a target that is a whole URL (RFC 9112 §3.2.2), and always over HTTP/2
 * (RFC 9113 §8.3.1). On Node, what it writes says nothing of the socket.
 */
function isClaimed({ incoming }: RuntimeHandles): boolean {
  if (incoming === undefined || incoming.socket?.encrypted === true) return false
  return incoming.scheme !== undefined || incoming.url?.startsWith('/') === false
}
