import { parseAddress, type Address } from './canonical-address.ts'
import type { Exchange } from './exchange.ts'

/**
 * What proxies wrote, the nearest to this service at distance 1. It is read as far as it is asked for: a client may
 * send thousands of hops. What is not well formed is `undefined`.
 */
export interface ForwardedHops {
  /** How many addresses there are. */
  readonly count: number
  address(distance: number): Address | undefined
  scheme(distance: number): string | undefined
  host(distance: number): string | undefined
}

/** The `X-Forwarded-For`, `-Proto` and `-Host` headers, or `undefined` when there is none. */
export function xForwardedHops(x: Exchange): ForwardedHops | undefined {
  const addresses = x.header('x-forwarded-for')
  const schemes = x.header('x-forwarded-proto')
  const hosts = x.header('x-forwarded-host')
  if (addresses === undefined && schemes === undefined && hosts === undefined) return undefined
  const entries = list(addresses)
  return {
    count: entries.length,
    address: (distance) => nodeAddress(entries.at(-distance)?.trim()),
    scheme: (distance) => validScheme(atHop(list(schemes), distance)?.trim()),
    host: (distance) => validHost(atHop(list(hosts), distance)?.trim()),
  }
}

/** The `Forwarded` header (RFC 7239 §4). An element that is not well formed says nothing. */
export function forwardedHops(header: string): ForwardedHops {
  const elements = splitOutsideQuotes(header, ',')
  const at = (distance: number): ForwardedElement => parseElement(elements.at(-distance) ?? '')
  return {
    count: elements.length,
    address: (distance) => nodeAddress(at(distance).for),
    scheme: (distance) => validScheme(at(distance).proto),
    host: (distance) => validHost(at(distance).host),
  }
}

interface ForwardedElement {
  readonly for?: string | undefined
  readonly proto?: string | undefined
  readonly host?: string | undefined
}

const pair = /^\s*([!#$%&'*+\-.^_`|~\w]+)=(?:([!#$%&'*+\-.^_`|~\w]+)|"((?:[^"\\]|\\.)*)")\s*$/

function parseElement(element: string): ForwardedElement {
  const members = new Map<string, string>()
  for (const text of splitOutsideQuotes(element, ';')) {
    const match = pair.exec(text)
    const name = match?.[1]?.toLowerCase()
    // RFC 7239 §4: each parameter must not occur more than once in an element.
    if (!match || name === undefined || members.has(name)) return {}
    members.set(name, match[2] ?? (match[3] ?? '').replaceAll(/\\(.)/g, '$1'))
  }
  return { for: members.get('for'), proto: members.get('proto'), host: members.get('host') }
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (quoted && character === '\\') {
      part += character + text.charAt(++i)
      continue
    }
    if (character === '"') quoted = !quoted
    if (character === separator && !quoted) {
      parts.push(part)
      part = ''
    } else part += character
  }
  parts.push(part)
  return parts
}

function list(header: string | undefined): string[] {
  return header === undefined ? [] : header.split(',')
}

/** What the outermost trusted hop wrote; a proxy that overwrites instead of appending leaves a shorter list. */
function atHop(values: readonly string[], distance: number): string | undefined {
  return values[Math.max(0, values.length - distance)]
}

/** An address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`. */
function nodeAddress(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)
  if (bracketed) return parseAddress(bracketed[1] ?? '')
  return parseAddress(text.replace(/^([\d.]+):\d{1,5}$/, '$1'))
}

function validScheme(text: string | undefined): string | undefined {
  const scheme = text?.toLowerCase()
  return scheme === 'http' || scheme === 'https' ? scheme : undefined
}

function validHost(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(text) ? text.toLowerCase() : undefined
}
