import { subscribe } from 'node:diagnostics_channel'
import { beginWait } from './waiting-for.ts'

const watchedSymbol = Symbol.for('seaworthy.debug.outgoing-calls/1')

/** What the channels of undici and `node:http` tell of a request. */
interface Call {
  readonly method?: string
  readonly origin?: string | URL
  readonly protocol?: string
  readonly host?: string
  readonly path?: string
}

/**
 * Makes the outgoing calls of `fetch` on Node, and of `node:http` on both runtimes, waits of the request that makes
 * them. Once for the process; the channels call nobody while nobody calls out.
 */
export function watchOutgoingCalls(): void {
  const shared: typeof globalThis & { [watchedSymbol]?: true } = globalThis
  if (shared[watchedSymbol]) return
  shared[watchedSymbol] = true
  const open = new WeakMap<object, () => void>()

  const begin = (call: Call): void => void open.set(call, beginWait(describe(call)))
  const end = (call: Call): void => open.get(call)?.()
  subscribe('undici:request:create', requestOf(begin))
  subscribe('undici:request:trailers', requestOf(end))
  subscribe('undici:request:error', requestOf(end))
  subscribe('http.client.request.created', requestOf(begin))
  subscribe('http.client.response.finish', requestOf(end))
  subscribe('http.client.request.error', requestOf(end))
}

function requestOf(tell: (call: Call) => void): (message: unknown) => void {
  return (message) => {
    if (typeof message !== 'object' || message === null || !('request' in message)) return
    if (typeof message.request === 'object' && message.request !== null) tell(message.request)
  }
}

/** Without the query, which may hold secrets. */
function describe({ method = 'GET', origin, protocol, host, path = '' }: Call): string {
  return `${method} ${origin ?? `${protocol}//${host}`}${path.replace(/[?#].*$/s, '')}`.slice(0, 256)
}
