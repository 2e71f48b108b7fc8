import type { Attributes } from '@opentelemetry/api'
import type { Exchange, RuntimeHandles } from '@seaworthy/middleware'
import {
  methodAttribute,
  protocolVersion,
  serverAddress,
  type KnownMethods,
} from '@seaworthy/middleware/http-conventions'
import { addHeaders, type CapturedHeader } from './captured-headers.ts'
import { redactQuery } from './redact-url.ts'

/**
 * What a server span knows when it starts, so that samplers see it (OpenTelemetry semantic conventions, HTTP server
 * span). Only what is known is set.
 */
export function requestAttributes(
  x: Exchange,
  known: KnownMethods,
  route: string | undefined,
  headers: readonly CapturedHeader[],
): Attributes {
  const attributes: Attributes = {
    'http.request.method': methodAttribute(x.method, known),
    'url.path': x.path,
    'url.scheme': x.scheme,
  }
  if (!known.has(x.method)) attributes['http.request.method_original'] = x.method
  if (route !== undefined) attributes['http.route'] = route
  addQuery(attributes, x.url)
  addServer(attributes, x)
  addPeer(attributes, x)
  const agent = x.header('user-agent')
  if (agent !== undefined) attributes['user_agent.original'] = agent
  if (headers.length > 0) addHeaders(attributes, headers, (name) => x.header(name))
  return attributes
}

function addQuery(attributes: Attributes, url: string): void {
  const mark = url.indexOf('?')
  if (mark === -1) return
  const hash = url.indexOf('#', mark)
  const query = hash === -1 ? url.slice(mark + 1) : url.slice(mark + 1, hash)
  if (query !== '') attributes['url.query'] = redactQuery(query)
}

function addServer(attributes: Attributes, x: Exchange): void {
  const { address, port } = serverAddress(x.host, x.scheme)
  if (address === '') return
  attributes['server.address'] = address
  if (port !== undefined) attributes['server.port'] = port
}

function addPeer(attributes: Attributes, x: Exchange): void {
  const { client, peer, runtime } = x
  if (client !== undefined) attributes['client.address'] = client
  if (peer !== undefined) {
    attributes['network.peer.address'] = peer
    const port = peerPort(runtime, x.request)
    if (port !== undefined) attributes['network.peer.port'] = port
  }
  const version = protocolVersion(x)
  if (version !== undefined) attributes['network.protocol.version'] = version
}

function peerPort({ incoming, bun }: RuntimeHandles, request: Request): number | undefined {
  return incoming ? incoming.socket?.remotePort : bun?.requestIP(request)?.port
}
