import type { Exchange } from '@seaworthy/middleware'
import { OAuth2Error } from '../oauth2-error.ts'
import { clearCookie, requestCookies, setCookie, type RequestCookie } from './request-cookies.ts'

/** The session cookie as it was sent. */
export interface SentSession {
  /** The joined chunks; `undefined` when they do not make up a whole. */
  readonly sealed: string | undefined
}

/** The cookie that a session travels in: as many cookies as it needs. */
export interface SessionCookie {
  /** The first of its cookies. */
  readonly name: string
  read(x: Exchange): SentSession | undefined
  /**
   * Writes a session, and takes the chunks of a longer one away.
   *
   * @param maxAge - Seconds.
   */
  write(x: Exchange, sealed: string, maxAge: number): void
  clear(x: Exchange): void
}

/** Name, value and `=` are at most 4,096 bytes in browsers. */
const chunkLength = 3_800
/** Servers take 16 KiB of headers, which have to have room for more than this. */
export const longestSession = 9_000

/** A session cookie with a name. */
export function sessionCookie(base: string): SessionCookie {
  const prefix = `${base}.`
  const first = `${prefix}0`

  function read(x: Exchange): SentSession | undefined {
    const header = x.header('cookie')
    if (header === undefined || !header.includes(prefix)) return undefined
    const alone = single(header, prefix)
    if (alone !== undefined) return { sealed: alone }
    const cookies = chunks(x)
    if (cookies.length === 0) return undefined
    const parts = new Map(cookies.map(({ name, value }) => [name, value]))
    // Two of a name: it is not known which one this service has set.
    return { sealed: parts.size < cookies.length ? undefined : join(parts, prefix) }
  }

  function chunks(x: Exchange): readonly RequestCookie[] {
    return requestCookies(x, prefix).filter(({ name }) => /^\d$/.test(name.slice(prefix.length)))
  }

  function names(x: Exchange): ReadonlySet<string> {
    return new Set(chunks(x).map(({ name }) => name))
  }

  function write(x: Exchange, sealed: string, maxAge: number): void {
    if (sealed.length > longestSession) throw tooLarge(sealed.length)
    const count = Math.ceil(sealed.length / chunkLength)
    for (let i = 0; i < count; i++) {
      const part = sealed.slice(i * chunkLength, (i + 1) * chunkLength)
      // How many there are stands before the first: a stale chunk is then never taken for one of them.
      setCookie(x, prefix + i, i === 0 ? `${count}~${part}` : part, maxAge)
    }
    for (const name of names(x)) {
      if (Number(name.slice(prefix.length)) >= count) clearCookie(x, name)
    }
  }

  function clear(x: Exchange): void {
    for (const name of names(x)) clearCookie(x, name)
  }

  return { name: first, read, write, clear }
}

/** The usual case, at no cost: one chunk, and no other cookie that looks like one. */
function single(header: string, prefix: string): string | undefined {
  const at = header.indexOf(prefix)
  if (!header.startsWith('0=1~', at + prefix.length) || header.includes(prefix, at + 1)) return undefined
  if (at !== 0 && !header.startsWith('; ', at - 2)) return undefined
  const start = at + prefix.length + 4
  const end = header.indexOf(';', start)
  return end === -1 ? header.slice(start) : header.slice(start, end)
}

function join(parts: ReadonlyMap<string, string>, prefix: string): string | undefined {
  const [, digits, begin] = /^(\d)~(.*)$/.exec(parts.get(`${prefix}0`) ?? '') ?? []
  if (digits === undefined || begin === undefined) return undefined
  let sealed = begin
  for (let i = 1; i < Number(digits); i++) {
    const part = parts.get(prefix + i)
    if (part === undefined) return undefined
    sealed += part
  }
  return sealed
}

function tooLarge(length: number): OAuth2Error {
  return new OAuth2Error(
    'ERR_OAUTH2_SESSION_SIZE',
    `The session takes ${length} characters, and cookies have room for ${longestSession}. Set session.store, or ask for fewer claims.`,
  )
}
