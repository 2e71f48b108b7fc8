import { claimAt, type ClaimPath } from './claim-path.ts'
import type { JsonObject } from './parse-json-object.ts'

/** The scopes at the given paths: text with spaces between them (RFC 8693 §4.2), or a list. Or why they are refused. */
export function scopesOf(claims: JsonObject, paths: readonly ClaimPath[]): readonly string[] | string {
  const scopes: string[] = []
  for (const path of paths) {
    const value = claimAt(claims, path)
    if (value === undefined) continue
    if (typeof value === 'string') scopes.push(...value.split(' ').filter((scope) => scope !== ''))
    else if (isTexts(value)) scopes.push(...value)
    else return 'scopes that are neither text nor a list'
  }
  return scopes
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
