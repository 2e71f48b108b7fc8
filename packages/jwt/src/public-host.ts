import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** The addresses that are not of the public internet (RFC 6890 and the IANA registries that it began). */
const notPublic = new BlockList()
const subnets: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
]
for (const [address, prefix, family] of subnets) notPublic.addSubnet(address, prefix, family)
/** Of IPv6, only this has been given to the public internet. */
const publicIpv6 = new BlockList()
publicIpv6.addSubnet('2000::', 3, 'ipv6')

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly { readonly address: string }[]>

const resolveBySystem: Resolve = (hostname) => lookup(hostname, { all: true })

/** Whether every address of a host, as URL gives it, is one of the public internet. */
export async function isPublicHost(hostname: string, resolve: Resolve = resolveBySystem): Promise<boolean> {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 0) return isPublicAddress(bare)
  const found = await resolve(bare)
  return found.length > 0 && found.every(({ address }) => isPublicAddress(address))
}

function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, 'ipv4')
  return publicIpv6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}
