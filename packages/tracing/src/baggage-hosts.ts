import { TracingError } from './tracing-error.ts'

/** `shop.example`, `shop.example:8443`, `[::1]:8080`, or every name below one: `*.shop.example`. */
const hostPattern = /^(?:\*\.)?[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i

/**
 * Prepares the hosts that may receive baggage.
 *
 * @returns Tells whether a URL's host is one of them.
 * @throws {TracingError} `ERR_TRACING_BAGGAGE_HOST` when an entry is not a host.
 */
export function baggageHosts(hosts: readonly string[]): (url: URL) => boolean {
  const exact = new Set<string>()
  const suffixes: string[] = []
  for (const given of hosts) {
    if (!hostPattern.test(given)) throw notAHost(given)
    const host = given.toLowerCase()
    if (host.startsWith('*.')) suffixes.push(host.slice(1))
    else exact.add(host)
  }
  return ({ host, hostname }) =>
    exact.has(host) || exact.has(hostname) || suffixes.some((end) => host.endsWith(end) || hostname.endsWith(end))
}

function notAHost(given: string): TracingError {
  const message = `baggageHosts lists ${JSON.stringify(given)}. Write 'orders.internal', 'orders.internal:8080' or '*.internal'.`
  return new TracingError('ERR_TRACING_BAGGAGE_HOST', message)
}
