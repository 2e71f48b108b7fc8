import type { Exchange } from './exchange.ts'

/** Where a request came from, as far as the trusted hops tell. */
export interface Origin {
  readonly client: string | undefined
  readonly scheme: string
  readonly host: string
}

/** The proxies that are trusted. */
export interface ProxyPolicy {
  /** Reads the origin of a request through them. */
  origin(x: Exchange & { direct(): Origin }): Origin
  /** Whether the other end of the socket is one of them. */
  trustsPeer(x: Exchange): boolean
}
