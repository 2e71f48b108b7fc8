import { parseAddress, spell, type Address } from './canonical-address.ts'
import type { ExchangeRecord } from './exchange-record.ts'
import type { Exchange } from './exchange.ts'
import { forwardedHops, xForwardedHops, type ForwardedHops } from './forwarded-hops.ts'
import { middleware, type Middleware } from './middleware.ts'
import type { Origin, ProxyPolicy } from './proxy-policy.ts'
import { SeaworthyError } from './seaworthy-error.ts'

/** Which header family the proxies write. */
export interface ForwardingHeader {
  /**
   * The family that your proxies write; the other one is then ignored. Without it the one that is present is read,
   * and a request that carries both is believed in neither.
   */
  readonly header?: 'forwarded' | 'x-forwarded'
}

/** The proxies that are believed: a number of hops, address ranges, or a named range. */
export type TrustProxyOptions =
  | 'loopback'
  | 'private'
  | ({ readonly hops: number } & ForwardingHeader)
  | ({ readonly cidrs: readonly string[] } & ForwardingHeader)

type Trusted = (address: Address, distance: number) => boolean

/**
 * Believes the forwarding headers of known proxies: `exchange.client`, `scheme` and `host` become those of the client.
 * The chain is walked from the right, while the hop is trusted, so that what a client writes itself is never believed.
 * Without it they are those of the socket.
 *
 * @throws {SeaworthyError} `ERR_TRUST_PROXY` when the options name no proxy that could be trusted.
 */
export function trustProxy(options: TrustProxyOptions): Middleware {
  const trusted = trust(options)
  const family = typeof options === 'object' ? options.header : undefined
  const policy: ProxyPolicy = {
    origin: (x) => resolve(x, trusted, family),
    trustsPeer: ({ peer }) => isTrusted(peer, trusted),
  }
  return middleware({
    name: 'trustProxy',
    before(x) {
      if (!isRecord(x)) return
      if (x.originWasRead) throw readTooEarly()
      x.trust(policy)
    },
  })
}

/**
 * Whether the other end of the socket is a proxy that `trustProxy()` was told to believe: what that proxy writes into
 * a header, such as the certificate of the client, may be believed then. Never without `trustProxy()`.
 */
export function isFromTrustedProxy(x: Exchange): boolean {
  return 'peerIsTrusted' in x && x.peerIsTrusted === true
}

function isTrusted(peer: string | undefined, trusted: Trusted): boolean {
  const address = peer === undefined ? undefined : parseAddress(peer)
  return address !== undefined && trusted(address, 0)
}

function isRecord(x: Exchange): x is ExchangeRecord {
  return 'originWasRead' in x && 'trust' in x
}

function readTooEarly(): SeaworthyError {
  return new SeaworthyError(
    'ERR_TRUST_PROXY_ORDER',
    'client, scheme or host were read before trustProxy() ran. Mount trustProxy() first.',
  )
}

function trust(options: TrustProxyOptions): Trusted {
  if (options === 'loopback') return (address) => address.range() === 'loopback'
  if (options === 'private') {
    const ranges = new Set(['loopback', 'private', 'uniqueLocal', 'linkLocal'])
    return (address) => ranges.has(address.range())
  }
  if (typeof options !== 'object') throw noProxy()
  if ('hops' in options && Number.isInteger(options.hops) && options.hops > 0) {
    const { hops } = options
    return (_address, distance) => distance < hops
  }
  if ('cidrs' in options && options.cidrs.length > 0) {
    const ranges = options.cidrs.map(parseRange)
    return (address) => ranges.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits))
  }
  throw noProxy()
}

function noProxy(): SeaworthyError {
  return new SeaworthyError(
    'ERR_TRUST_PROXY',
    "trustProxy() needs the proxies to trust: 'loopback', 'private', { hops: 1 } or { cidrs: ['10.0.0.0/8'] }.",
  )
}

function parseRange(text: string): [Address, number] {
  const [address, bits] = text.split('/')
  const parsed = parseAddress(address ?? '')
  const width = parsed?.kind() === 'ipv6' ? 128 : 32
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (parsed && length <= width) return [parsed, length]
  throw new SeaworthyError(
    'ERR_TRUST_PROXY',
    `'${text}' is no address range. Write for example '10.0.0.0/8' or 'fd00::/8'.`,
  )
}

function resolve(x: Exchange & { direct(): Origin }, trusted: Trusted, family: ForwardingHeader['header']): Origin {
  const direct = x.direct()
  const peer = direct.client === undefined ? undefined : parseAddress(direct.client)
  const hops = readHops(x, family)
  if (!peer || !hops || !trusted(peer, 0)) return direct
  let client: Address = peer
  let distance = 1
  for (; distance <= hops.count; distance++) {
    const address = hops.address(distance)
    if (!address) break
    client = address
    if (!trusted(address, distance)) break
  }
  const believed = Math.min(distance, Math.max(hops.count, 1))
  return {
    client: spell(client),
    scheme: hops.scheme(believed) ?? direct.scheme,
    host: hops.host(believed) ?? direct.host,
  }
}

function readHops(x: Exchange, family: ForwardingHeader['header']): ForwardedHops | undefined {
  const standard = family === 'x-forwarded' ? undefined : x.header('forwarded')
  const common = family === 'forwarded' ? undefined : xForwardedHops(x)
  if (standard !== undefined && common) return undefined
  return standard === undefined ? common : forwardedHops(standard)
}
