import type { Exchange } from '@seaworthy/middleware'
import { denial, type Denial } from './denial.ts'

/**
 * The value of a cookie, as it was sent.
 *
 * @returns `undefined` when it is not there; a denial when there are two of the name: a subdomain can plant a second.
 */
export function cookieCredentials(x: Exchange, name: string): string | Denial | undefined {
  const header = x.header('cookie')
  if (header === undefined || !header.includes(name)) return undefined
  let found: string | undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue
    if (found !== undefined) return denial('malformed', 'several cookies of one name')
    found = unquoted(pair.slice(equals + 1).trim())
  }
  return found === '' ? undefined : found
}

/** RFC 6265 §4.1.1: a value may stand in double quotes. */
function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
