import type { Exchange } from '@seaworthy/middleware'

/** A cookie that was sent. */
export interface RequestCookie {
  readonly name: string
  readonly value: string
}

/**
 * The cookies of a request whose names begin with a prefix, as they were sent: nothing is decoded, and no white space
 * but that of the header itself is taken away, so that no other spelling of a name passes for it.
 */
export function requestCookies(x: Exchange, prefix: string): readonly RequestCookie[] {
  const header = x.header('cookie')
  if (header === undefined || !header.includes(prefix)) return []
  const found: RequestCookie[] = []
  for (const pair of header.split(';')) {
    let start = 0
    while (pair[start] === ' ' || pair[start] === '\t') start++
    if (!pair.startsWith(prefix, start)) continue
    const equals = pair.indexOf('=', start)
    if (equals !== -1) found.push({ name: pair.slice(start, equals), value: pair.slice(equals + 1) })
  }
  return found
}

/** For `__Host-` cookies: no domain, the whole host, HTTPS alone (RFC 6265bis §4.1.3.2). */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

/**
 * Sets a cookie.
 *
 * @param maxAge - Seconds.
 */
export function setCookie(x: Exchange, name: string, value: string, maxAge: number): void {
  x.appendHeader('set-cookie', `${name}=${value}; Max-Age=${Math.max(0, Math.floor(maxAge))}; ${attributes}`)
}

/** Takes a cookie away. */
export function clearCookie(x: Exchange, name: string): void {
  setCookie(x, name, '', 0)
}
