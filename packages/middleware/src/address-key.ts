import { parseAddress } from './canonical-address.ts'

/**
 * What a limit by address counts under: an IPv4 address, or the /64 network of an IPv6 one, as a single subscriber
 * has all addresses of it. `'unknown'` where there is no address.
 */
export function addressKey(client: string | undefined): string {
  const address = client === undefined ? undefined : parseAddress(client)
  if (!address) return 'unknown'
  if (address.kind() === 'ipv4') return address.toString()
  const groups = address.toNormalizedString().split(':').slice(0, 4)
  return `${groups.join(':')}::/64`
}
