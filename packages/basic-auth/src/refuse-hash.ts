import { BasicAuthError } from './basic-auth-error.ts'

/** The error for a stored hash that cannot be used. */
export function refusedHash(reason: string): BasicAuthError {
  return new BasicAuthError('ERR_BASIC_AUTH_HASH', `The stored hash is refused: ${reason}`)
}

/**
 * A parameter of a hash, as a number within bounds.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_HASH` when it is outside of them.
 */
export function bounded(name: string, text: string | number, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw refusedHash(`${name} is ${value}, and has to be from ${least} to ${most}.`)
}
