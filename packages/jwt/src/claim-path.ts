import { isJsonObject, type JsonObject } from './parse-json-object.ts'
import { JwtError } from './jwt-error.ts'

/** The way to a claim, member by member: `['realm_access', 'roles']`. */
export type ClaimPath = readonly [string, ...string[]]

/** The claim at a path, or `undefined`. Only members that the token itself has are followed. */
export function claimAt(claims: JsonObject, path: ClaimPath): unknown {
  let value: unknown = claims
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/**
 * A copy of a path.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` when it is no list of names.
 */
export function readPath(option: string, path: ClaimPath): ClaimPath {
  const [first, ...rest] = Array.isArray(path) ? path : []
  if (typeof first === 'string' && rest.every((name) => typeof name === 'string')) return [first, ...rest]
  throw new JwtError('ERR_JWT_OPTION', `${option} takes paths of claims, such as ['realm_access', 'roles'].`)
}
