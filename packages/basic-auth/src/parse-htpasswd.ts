import { BasicAuthError } from './basic-auth-error.ts'

/** What a line of an htpasswd file says. */
export interface HtpasswdLine {
  readonly user: string
  readonly hash: string
  /** Counted from 1. */
  readonly line: number
}

/**
 * Reads the lines of an htpasswd file. Empty ones and comments are left out.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HTPASSWD` when a line has no colon.
 */
export function parseHtpasswd(text: string): HtpasswdLine[] {
  const lines: HtpasswdLine[] = []
  // A byte order mark is no part of the first name.
  for (const [index, written] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1
    const content = written.trim()
    if (content === '' || content.startsWith('#')) continue
    const colon = content.indexOf(':')
    if (colon < 0) throw badLine(line, 'it has no colon. Write name:hash.')
    // Some programs write further fields after the hash, and none of the hashes has a colon.
    lines.push({ user: content.slice(0, colon), hash: content.slice(colon + 1), line })
  }
  return lines
}

/** The error for a line, which tells of neither its name nor its hash. */
export function badLine(line: number, reason: string, cause?: unknown): BasicAuthError {
  return new BasicAuthError('ERR_BASIC_AUTH_HTPASSWD', `Line ${line} of htpasswd: ${reason}`, { cause })
}
