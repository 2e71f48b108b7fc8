import type { BunServer, NodeIncoming, NodeOutgoing, RuntimeHandles } from './exchange.ts'

interface ServerRequest {
  readonly ip?: string
  readonly runtime?: {
    readonly node?: { readonly req?: NodeIncoming; readonly res?: NodeOutgoing }
    readonly bun?: { readonly server?: BunServer }
  }
}

interface Environment {
  readonly incoming?: NodeIncoming
  readonly outgoing?: NodeOutgoing
  readonly server?: BunServer
  readonly requestIP?: BunServer['requestIP']
}

/** The response object of Node's server, without building the whole record. */
export function outgoingOf(request: Request, env: unknown): NodeOutgoing | undefined {
  if (isEnvironment(env) && env.incoming) return env.outgoing
  return serverRequest(request).runtime?.node?.res
}

/**
 * Finds what the runtime handed over: node-server's `{ incoming, outgoing }` and Bun's server come as the second
 * argument of the fetch handler, srvx puts them on the request.
 */
export function runtimeHandles(request: Request, env: unknown): RuntimeHandles {
  if (isEnvironment(env)) {
    if (env.incoming) return { incoming: env.incoming, outgoing: env.outgoing }
    if (isBunServer(env)) return { bun: env }
    if (isBunServer(env.server)) return { bun: env.server }
  }
  const { runtime, ip } = serverRequest(request)
  if (runtime?.node) return { incoming: runtime.node.req, outgoing: runtime.node.res }
  if (runtime?.bun?.server) return { bun: runtime.bun.server }
  return { address: ip }
}

function isEnvironment(env: unknown): env is Environment {
  return typeof env === 'object' && env !== null
}

function isBunServer(env: unknown): env is BunServer {
  return isEnvironment(env) && typeof env.requestIP === 'function'
}

function serverRequest(request: Request & ServerRequest): ServerRequest {
  return request
}
