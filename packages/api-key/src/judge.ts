import { addressRanges, type AddressRanges } from './address-ranges.ts'
import type { ApiKeyRecord } from './api-key-record.ts'
import type { ApiKeyRefusal } from './refusal.ts'

/** Where a key is used from. An Exchange is one. */
export interface UsedFrom {
  /** The client's address. */
  readonly client: string | undefined
}

/** The rules of one record, read once where the record stays. */
export interface Rules {
  readonly from: number
  readonly until: number
  readonly ranges: AddressRanges | undefined
}

/** Reads the rules of a record. A time that is none makes the key invalid at all times, a range that is none, at all places. */
export function rulesOf({ notBefore, expiresAt, addresses }: ApiKeyRecord): Rules {
  return {
    from: notBefore === undefined ? -Infinity : Date.parse(notBefore),
    until: expiresAt === undefined ? Infinity : Date.parse(expiresAt),
    ranges: addresses && (addressRanges(addresses) ?? nowhere),
  }
}

/** Why a key that is known must not be used now and from there, if so. */
export function judge(
  record: ApiKeyRecord,
  rules: Rules,
  environment: string | undefined,
  now: number,
  used: UsedFrom,
): ApiKeyRefusal | undefined {
  if (record.revokedAt !== undefined) return 'revoked'
  if (!(now < rules.until)) return 'expired'
  if (!(now >= rules.from)) return 'not_yet_valid'
  if (record.environment !== undefined && record.environment !== environment) return 'wrong_environment'
  if (rules.ranges && !rules.ranges(used.client)) return 'address_not_allowed'
  return undefined
}

function nowhere(): boolean {
  return false
}
