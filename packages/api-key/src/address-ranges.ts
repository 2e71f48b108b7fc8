import { BlockList, isIP } from 'node:net'

/** Whether an address is in one of some ranges. */
export type AddressRanges = (address: string | undefined) => boolean

/** Reads addresses and ranges such as `192.0.2.7`, `10.0.0.0/8` and `2001:db8::/32`; `undefined` when one is none. */
export function addressRanges(texts: readonly string[]): AddressRanges | undefined {
  // One list for each family: in a common one `::/0` has all addresses of IPv4 as well.
  const [ipv4, ipv6] = [new BlockList(), new BlockList()]
  for (const text of texts) {
    const [address = '', bits, ...rest] = text.split('/')
    const family = isIP(address)
    const width = family === 6 ? 128 : 32
    const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (family === 0 || address.includes('%') || rest.length > 0 || !(length <= width)) return undefined
    if (family === 6) ipv6.addSubnet(address, length, 'ipv6')
    else ipv4.addSubnet(address, length, 'ipv4')
  }
  return (address = '') => {
    const family = isIP(address)
    return family === 6 ? ipv6.check(address, 'ipv6') : family === 4 && ipv4.check(address, 'ipv4')
  }
}
