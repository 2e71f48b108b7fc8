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
    if (equals === -1 || trimmed(pair.slice(0, equals)) !== name) continue
    if (found !== undefined) return denial('malformed', 'several cookies of one name')
    found = unquoted(trimmed(pair.slice(equals + 1)))
  }
  return found === '' ? undefined : found
}

/** White space of a header is space and tab. `trim()` takes more: a no-break space would pass for nothing. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (isSpace(text[start])) start++
  while (end > start && isSpace(text[end - 1])) end--
  return text.slice(start, end)
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** RFC 6265 §4.1.1: a value may stand in double quotes. */
function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
