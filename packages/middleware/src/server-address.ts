/** The host of a request, taken apart. */
export interface ServerAddress {
  readonly address: string
  /** `undefined` when it is not written and the scheme has no default. */
  readonly port: number | undefined
}

/** Where a call goes to: `server.address` and `server.port` of its URL. */
export function urlAddress({ host, protocol }: URL): ServerAddress {
  return parse(host, protocol.slice(0, -1))
}

let lastHost = ''
let lastScheme = ''
let last: ServerAddress = { address: '', port: undefined }

/**
 * `server.address` and `server.port` of a `Host` header or an authority. An IPv6 address loses its brackets; a port that
 * is not written is the scheme's.
 */
export function serverAddress(host: string, scheme: string): ServerAddress {
  // A service is asked for under few names, mostly the same one as the time before.
  if (host === lastHost && scheme === lastScheme) return last
  last = parse(host, scheme)
  lastHost = host
  lastScheme = scheme
  return last
}

function parse(host: string, scheme: string): ServerAddress {
  const colon = host.lastIndexOf(':')
  const written = colon > host.lastIndexOf(']') ? host.slice(colon + 1) : ''
  const name = written === '' && !host.endsWith(':') ? host : host.slice(0, colon)
  return {
    address: name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name,
    port: /^\d{1,5}$/.test(written) ? Number(written) : defaultPort(scheme),
  }
}

function defaultPort(scheme: string): number | undefined {
  if (scheme === 'https') return 443
  return scheme === 'http' ? 80 : undefined
}
