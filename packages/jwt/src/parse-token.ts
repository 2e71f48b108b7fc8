import { Buffer } from 'node:buffer'
import { isCanonical } from './base64url.ts'
import { type JsonObject, parseJsonObject } from './parse-json-object.ts'

/** The longest token that is looked at, in characters. */
export const maxTokenLength = 8192

/** A token in the compact form (RFC 7515 §7.1), with nothing of it verified yet. */
export interface ParsedToken {
  readonly header: JsonObject
  readonly payload: JsonObject
}

const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a token by its strict form: three parts of unpadded canonical base64url, the first two of them JSON objects
 * without duplicate members. Whatever it is given, it does not throw.
 *
 * @returns Why it is refused, when it is.
 */
export function parseToken(token: string): ParsedToken | string {
  if (token.length > maxTokenLength) return 'longer than 8 KiB'
  const [, first, second, third] = parts.exec(token) ?? []
  if (first === undefined || second === undefined || third === undefined) return 'not three parts of base64url'
  if (!isCanonical(first) || !isCanonical(second) || !isCanonical(third)) return 'base64url that is not canonical'
  const header = readPart(first)
  if (typeof header === 'string') return `the header is ${header}`
  const payload = readPart(second)
  if (typeof payload === 'string') return `the payload is ${payload}`
  return { header, payload }
}

function readPart(part: string): JsonObject | string {
  let text: string
  try {
    text = utf8.decode(Buffer.from(part, 'base64url'))
  } catch {
    return 'not UTF-8'
  }
  return parseJsonObject(text)
}
