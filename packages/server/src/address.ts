import { ServerError } from './server-error.ts'

/** Where to listen. */
export type Address = TcpAddress | { readonly path: string }

/** A TCP address; without a host, all interfaces. */
export interface TcpAddress {
  readonly host: string | undefined
  readonly port: number
}

const pattern = /^(?:\[(?<v6>[\da-f:.]+(?:%\w+)?)\]|(?<host>[\w.-]*)):(?<port>\d{1,5})$/i

/**
 * Reads `:8080`, `127.0.0.1:0`, `[::1]:8080`, `localhost:8080` or `unix:/path`.
 *
 * @throws {ServerError} `ERR_SERVER_ADDRESS` when it is anything else.
 */
export function parseAddress(text: string): Address {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length)
    if (path !== '') return { path }
  }
  const { v6, host, port } = pattern.exec(text)?.groups ?? {}
  if (port === undefined || Number(port) > 65_535) {
    throw new ServerError(
      'ERR_SERVER_ADDRESS',
      `Not an address: ${JSON.stringify(text)}. Write ":8080", "127.0.0.1:8080", "[::1]:8080" or "unix:/path".`,
    )
  }
  return { host: v6 ?? (host || undefined), port: Number(port) }
}

/** The URL that reaches the address, from the same machine where all interfaces listen. */
export function urlOf(address: Address, port: number | undefined, secure: boolean): string {
  if ('path' in address) return `unix:${address.path}`
  const { host } = address
  const everywhere = host === undefined || host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${secure ? 'https' : 'http'}://${name}:${port ?? address.port}`
}
