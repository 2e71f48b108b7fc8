import { addressRanges } from './address-ranges.ts'
import { invalidInput } from './api-key-error.ts'
import type { ApiKeyHolder, ApiKeyRecord } from './api-key-record.ts'

/** What the caller may choose for a key: it may come from the body of a request. */
export interface ApiKeyInput {
  /** What its owner calls it: at most 200 characters. */
  readonly name?: string
  /** ISO 8601 with a time zone, or a `Date`. @default at once */
  readonly notBefore?: string | Date
  /** ISO 8601 with a time zone, or a `Date`. @default never */
  readonly expiresAt?: string | Date
  /** Addresses and ranges that the key may be used from, such as `10.0.0.0/8`: at most 100. @default anywhere */
  readonly addresses?: readonly string[]
}

/** What only the service decides. Never take it from the body of a request. */
export interface ApiKeyGrant extends ApiKeyHolder {
  /** @default none */
  readonly scopes?: readonly string[]
  /** The name of the limits that hold for the key. */
  readonly limits?: string
}

/** A record without what makes it one key. */
export type KeyDraft = Omit<ApiKeyRecord, 'id' | 'digest' | 'hint' | 'family' | 'createdAt'>

/**
 * Reads what a new key is to be like. Other members of the input are not looked at.
 *
 * @throws {ApiKeyError} `ERR_API_KEY_INPUT` when something cannot be used.
 */
export function readInput(input: ApiKeyInput, grant: ApiKeyGrant, now: number): KeyDraft {
  if (typeof input !== 'object' || input === null) throw invalidInput('input', 'Use an object, such as { name }.')
  if (typeof grant !== 'object' || grant === null) throw invalidInput('grant', 'Use an object, such as { owner }.')
  const { owner, scopes = [] } = grant
  if (owner === undefined) throw invalidInput('owner', 'Use text.')
  if (!isList(scopes, (scope) => scopeToken.test(scope))) throw invalidInput('scopes', 'Use a list of scopes.')
  return {
    owner: text('owner', owner, 500),
    scopes: [...scopes],
    ...optional('tenant', grant.tenant, (value) => text('tenant', value, 500)),
    ...optional('limits', grant.limits, (value) => text('limits', value, 200)),
    ...optional('name', input.name, (value) => text('name', value, 200)),
    ...optional('addresses', input.addresses, readAddresses),
    ...readTimes(input, now),
  }
}

/** RFC 6749 §3.3 */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

function readTimes(input: ApiKeyInput, now: number): Pick<ApiKeyRecord, 'notBefore' | 'expiresAt'> {
  const from = optional('notBefore', input.notBefore, (value) => time('notBefore', value))
  const until = optional('expiresAt', input.expiresAt, (value) => time('expiresAt', value))
  if (until.expiresAt !== undefined && Date.parse(until.expiresAt) <= Date.parse(from.notBefore ?? iso(now))) {
    throw invalidInput('expiresAt', 'Use a time to come, after notBefore.')
  }
  return { ...from, ...until }
}

function optional<M extends string, T, U>(
  member: M,
  value: T | undefined,
  read: (value: T) => U,
): { readonly [K in M]?: U } {
  if (value === undefined || value === null) return {}
  // The type of a computed member is wider than the one that is written.
  return { [member]: read(value) } as { [K in M]: U }
}

function text(member: string, value: string, longest: number): string {
  // PostgreSQL cannot keep U+0000, nor UTF-8 a lone surrogate.
  if (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= longest &&
    !value.includes('\0') &&
    value.isWellFormed()
  )
    return value
  throw invalidInput(member, `Use text of 1 to ${longest} characters.`)
}

/** Milliseconds: the end of the year 9999. Times of four digits stand in the order of their text. */
export const lastTime = 253_402_300_799_999

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/

function time(member: string, value: string | Date): string {
  const ms =
    value instanceof Date
      ? value.getTime()
      : typeof value === 'string' && zoned.test(value)
        ? Date.parse(value)
        : Number.NaN
  if (ms >= 0 && ms <= lastTime) return iso(ms)
  throw invalidInput(member, "Use ISO 8601 with a time zone, such as '2030-01-31T00:00:00Z'.")
}

/** Milliseconds as ISO 8601 in UTC. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function readAddresses(addresses: readonly string[]): readonly string[] {
  if (isList(addresses, () => true) && addresses.length > 0 && addresses.length <= 100 && addressRanges(addresses))
    return [...addresses]
  throw invalidInput('addresses', "Use a list of 1 to 100 addresses and ranges, such as ['10.0.0.0/8'].")
}

function isList(value: readonly string[], holds: (each: string) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && holds(each))
}
