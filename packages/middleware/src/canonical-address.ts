import ipaddr from 'ipaddr.js'

/** An IP address as `ipaddr.js` holds it. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Parses an address in strict form: no octal, no short forms; an IPv4-mapped IPv6 address is the IPv4 one. */
export function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  // The zone of RFC 4007 means something on the machine that wrote it alone.
  const [bare = ''] = text.split('%', 1)
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** One spelling for each address: dotted IPv4, RFC 5952 for IPv6. Text that is no address stays as it is. */
export function canonicalAddress(text: string): string {
  // Most peers are plain IPv4, and are canonical already.
  if (/^(?:[1-9]\d{0,2}|0)(?:\.(?:[1-9]\d{0,2}|0)){3}$/.test(text)) return text
  const address = parseAddress(text)
  return address ? spell(address) : text
}

/** The canonical text of an address. */
export function spell(address: Address): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString()
}

/** Whether text is an address of the loopback range. */
export function isLoopbackAddress(text: string): boolean {
  return parseAddress(text)?.range() === 'loopback'
}
