import { BasicAuthError } from './basic-auth-error.ts'
import { parseHash } from './parse-hash.ts'
import { badLine, parseHtpasswd } from './parse-htpasswd.ts'
import type { PasswordHash, UnsafeHash } from './password-hash.ts'
import { hasControlCharacter, normalized, type Normalization } from './password-text.ts'
import type { StoredUserBase } from './stored-user.ts'

/** A user whose name and hash have been read. */
export interface ReadUser<U extends StoredUserBase> {
  readonly name: string
  readonly user: U
  readonly hash: PasswordHash
}

/** How names and hashes are read. */
export interface Reading {
  readonly normalize: Normalization
  readonly unsafe: readonly UnsafeHash[]
}

/**
 * Reads the users of the option `users`. Errors count them, as a name may have been mistaken for a hash.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_USER` when a name cannot be sent, or is there twice; `ERR_BASIC_AUTH_HASH`
 * when a hash cannot be used.
 */
export function readUsers<U extends StoredUserBase>(
  users: Readonly<Record<string, string | U>>,
  reading: Reading,
): ReadUser<U | StoredUserBase>[] {
  const names = new Set<string>()
  return Object.entries(users).map(([name, stored], index) => {
    const user = typeof stored === 'string' ? { hash: stored } : stored
    return readUser(name, user, names, reading, (code, reason) => {
      return new BasicAuthError(code, `User ${index + 1} of users: ${reason}`)
    })
  })
}

/**
 * Reads the users of an htpasswd file.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HTPASSWD` with the number of the line that cannot be used.
 */
export function readHtpasswd(text: string, reading: Reading): ReadUser<StoredUserBase>[] {
  const names = new Set<string>()
  return parseHtpasswd(text).map(({ user, hash, line }) =>
    readUser(user, { hash }, names, reading, (_code, reason) => badLine(line, reason)),
  )
}

type Refuse = (code: 'ERR_BASIC_AUTH_HASH' | 'ERR_BASIC_AUTH_USER', reason: string) => BasicAuthError

function readUser<U extends StoredUserBase>(
  written: string,
  user: U,
  names: Set<string>,
  { normalize, unsafe }: Reading,
  refuse: Refuse,
): ReadUser<U> {
  const name = normalized(written, normalize)
  const problem = nameProblem(name, names)
  if (problem !== undefined) throw refuse('ERR_BASIC_AUTH_USER', problem)
  names.add(name)
  if (typeof user?.hash !== 'string') throw refuse('ERR_BASIC_AUTH_HASH', 'there is no hash.')
  try {
    return { name, user, hash: parseHash(user.hash, unsafe) }
  } catch (error) {
    const isHash = error instanceof BasicAuthError && error.code === 'ERR_BASIC_AUTH_HASH'
    throw isHash ? refuse(error.code, error.message) : error
  }
}

/** RFC 7617 §2: what a name must not have. */
function nameProblem(name: string, names: ReadonlySet<string>): string | undefined {
  if (name.includes(':')) return 'the name has a colon, so nobody could log in by it.'
  if (hasControlCharacter(name) || !name.isWellFormed())
    return 'the name has a control character, so nobody could log in by it.'
  return names.has(name) ? 'the name is there twice. Leave one of them.' : undefined
}
