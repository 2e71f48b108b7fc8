import { isUtf8 } from 'node:buffer'
import { decodeBase64url } from './decode-base64url.ts'
import { type JsonObject, parseJsonObject } from './parse-json-object.ts'
import { readHeader, type TokenHeader } from './read-header.ts'

/** The longest token that is looked at, in characters. */
export const maxTokenLength = 8192

/** A token in the compact form (RFC 7515 §7.1), with nothing of it verified yet. */
export interface ParsedToken {
  readonly header: TokenHeader
  readonly payload: JsonObject
}

/**
 * Reads a token by its strict form: three parts of unpadded canonical base64url, the first two of them JSON objects
 * without duplicate members. Whatever it is given, it does not throw.
 *
 * @returns Why it is refused, when it is.
 */
export function parseToken(token: string): ParsedToken | string {
  return parseParts(token, readHeaderPart)
}

/** {@link parseToken} with another reading of the header. */
export function parseParts<H extends object>(
  token: string,
  readHeader: (part: string) => H | string,
): { readonly header: H; readonly payload: JsonObject } | string {
  if (token.length > maxTokenLength) return 'longer than 8 KiB'
  const [first = '', second = '', third = '', ...more] = token.split('.')
  if (more.length > 0 || third === '') return 'not three parts'
  if (!decodeBase64url(third)) return 'a signature that is not base64url'
  const header = readHeader(first)
  if (typeof header === 'string') return header
  const payload = readPart(second)
  if (typeof payload === 'string') return `the payload is ${payload}`
  return { header, payload }
}

/** The headers that were read last: all tokens of a key have the same. */
const headers = new Map<string, TokenHeader>()
const maxHeaders = 64
const maxHeaderLength = 512

function readHeaderPart(part: string): TokenHeader | string {
  const known = headers.get(part)
  if (known) return known
  const members = readPart(part)
  if (typeof members === 'string') return `the header is ${members}`
  const header = readHeader(members)
  if (typeof header === 'string' || part.length > maxHeaderLength) return header
  if (headers.size >= maxHeaders) headers.clear()
  headers.set(part, header)
  return header
}

/** The JSON object that a part of a token stands for, or what it is instead. */
export function readPart(part: string): JsonObject | string {
  const bytes = decodeBase64url(part)
  if (!bytes) return 'not base64url'
  const text = bytes.toString('utf8')
  // What is not UTF-8 shows as U+FFFD, as that character itself does.
  return text.includes('\ufffd') && !isUtf8(bytes) ? 'not UTF-8' : parseJsonObject(text)
}
