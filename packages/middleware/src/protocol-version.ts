import type { Exchange } from './exchange.ts'

/** `network.protocol.version` of a request: `1.0`, `1.1` or `2`; `undefined` where the runtime does not tell. */
export function protocolVersion(x: Exchange): string | undefined {
  const version = x.runtime.incoming?.httpVersion
  // Node says 2.0 for what the convention calls 2.
  return version === '2.0' ? '2' : version
}
