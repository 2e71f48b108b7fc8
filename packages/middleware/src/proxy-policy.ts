import type { Exchange } from './exchange.ts'

/** Where a request came from, as far as the trusted hops tell. */
export interface Origin {
  readonly client: string | undefined
  readonly scheme: string
  readonly host: string
}

/** Reads the origin of a request through the proxies that are trusted. */
export type ProxyPolicy = (x: Exchange & { direct(): Origin }) => Origin
