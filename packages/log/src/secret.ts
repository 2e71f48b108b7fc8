/** What stands in the place of a value that is not shown. */
export const redacted = '[redacted]'

/** Any object with this member is a secret, whatever else it is: `Secret` of `@seaworthy/config` has it. */
const brand = Symbol.for('seaworthy.secret')

/** Whether an object must never be shown. */
export function isSecret(value: object): boolean {
  return brand in value
}
