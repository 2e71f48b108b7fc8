import { escaped } from './visible-text.ts'

/**
 * What JSON must escape, and what is legal in JSON and yet harmful in a log: control characters of 8-bit terminals,
 * Unicode line separators, and marks that reverse the direction of text.
 */
const unsafe = /[\p{Cc}"\\\u2028-\u202e\u2066-\u2069\p{Cs}]/u
const harmful = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu

/** A string as JSON. */
export function jsonString(text: string): string {
  return unsafe.test(text) ? jsonText(text) : `"${text}"`
}

/** A value that is plain data as JSON, on one line. */
export function jsonText(plain: unknown): string {
  return JSON.stringify(plain).replace(harmful, escaped)
}
