import { isIPv4, isIPv6 } from 'node:net'
import { accepted, createField, type Field, type FieldOptions } from './field.ts'

/** Where to listen or connect: `:8080`, `127.0.0.1:8080`, `db:5432`, `[::1]:8080` or `unix:/run/app.sock`. */
export type Address = `${string}:${number}` | `unix:${string}`

const message = 'expected an address such as ":8080", "127.0.0.1:8080", "[::1]:8080" or "unix:/run/app.sock"'

/** An address, as text in the form that `serve()` takes. Without a host it means every interface. */
export function address(options: FieldOptions<Address> = {}): Field<Address> {
  return createField({
    ...options,
    type: 'address',
    read: (value) => accepted(isAddress(value) ? value : undefined, message),
  })
}

function isAddress(value: unknown): value is Address {
  if (typeof value !== 'string') return false
  if (value.startsWith('unix:')) return /^unix:[^\0\s]+$/.test(value)
  const [, host, port] = /^(.*):(0|[1-9]\d{0,4})$/.exec(value) ?? []
  return host !== undefined && Number(port) <= 65_535 && isHost(host)
}

function isHost(host: string): boolean {
  if (host === '') return true
  const [, bracketed] = /^\[(.+)\]$/.exec(host) ?? []
  if (bracketed !== undefined) return isIPv6(bracketed)
  // Four groups of digits are meant as IPv4; anything else is a host name (RFC 1123 §2.1).
  if (/^[\d.]+$/.test(host)) return isIPv4(host)
  return host.length <= 253 && host.split('.').every((label) => /^[a-z\d](?:[a-z\d_-]{0,61}[a-z\d])?$/i.test(label))
}
