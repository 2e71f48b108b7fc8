import type { Exchange } from '@seaworthy/middleware'
import { denial, type Denial } from './denial.ts'

/** The registered schemes of HTTP authentication that are met, and those of ours: one after a comma is a second credential. */
const known = new Set([
  'apikey',
  'basic',
  'bearer',
  'digest',
  'dpop',
  'gnap',
  'hoba',
  'mutual',
  'negotiate',
  'ntlm',
  'oauth',
  'privatetoken',
  'scram-sha-1',
  'scram-sha-256',
  'vapid',
])

/**
 * The credentials of one scheme in `Authorization`, without the scheme's name, which is compared without case.
 * Runtimes join repeated headers with a comma: a known scheme after a comma makes the request ambiguous.
 *
 * @returns `undefined` when the header is not there or is of another scheme; a denial when it is ambiguous or empty.
 */
export function authorizationCredentials(x: Exchange, scheme: string): string | Denial | undefined {
  const value = x.header('authorization')
  if (value === undefined) return undefined
  if (value.includes(',') && hasSecond(value.toLowerCase(), scheme.toLowerCase())) {
    return denial('malformed', 'several credentials in Authorization')
  }
  const { length } = scheme
  if (value.slice(0, length).toLowerCase() !== scheme.toLowerCase()) return undefined
  if (value.length === length) return denial('invalid', 'empty credentials')
  if (value.charAt(length) !== ' ') return undefined
  // RFC 9110 §11.4: one or more spaces.
  const credentials = value.slice(length).replace(/^ +/, '')
  return credentials === '' ? denial('invalid', 'empty credentials') : credentials
}

/** In a time that grows with the length alone, whatever the commas and spaces: nobody has been verified yet. */
function hasSecond(value: string, scheme: string): boolean {
  for (const [, word = ''] of value.matchAll(/,\s*([^\s,]+)/g)) if (word === scheme || known.has(word)) return true
  return false
}
