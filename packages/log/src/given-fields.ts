import { isError } from './error-members.ts'
import { isFields, unreadable, type Fields } from './fields.ts'
import { isSecret, redacted } from './secret.ts'

/** Fields as they are used: a function is called, and what is no set of fields is not lost. */
export function givenFields(given: unknown): Fields | undefined {
  try {
    const fields: unknown = typeof given === 'function' ? given() : given
    if (fields === undefined || fields === null) return undefined
    if (!isFields(fields)) return { fields }
    if (isSecret(fields)) return { fields: redacted }
    return isError(fields) ? { error: fields } : fields
  } catch {
    return { fields: unreadable }
  }
}
