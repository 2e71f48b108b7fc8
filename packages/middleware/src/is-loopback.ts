import { isLoopbackAddress } from './canonical-address.ts'
import type { Exchange } from './exchange.ts'

const forwarding = /^(?:forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip)$/

/**
 * Whether a request was made on this machine, to this machine: the peer and the host are loopback, and no header
 * says that it was forwarded. A proxy beside the service also connects from loopback.
 */
export function isLoopback(x: Exchange): boolean {
  if (x.peer === undefined || !isLoopbackAddress(x.peer) || !isLoopbackHost(x.header('host'))) return false
  return !isForwarded(x)
}

/** Whether a header says that the request came through a proxy, whoever wrote it. */
export function isForwarded(x: Exchange): boolean {
  for (const name of x.request.headers.keys()) if (forwarding.test(name)) return true
  return false
}

function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return true
  return isLoopbackAddress(name.replace(/^\[(.*)\]$/, '$1'))
}
