import { SeaworthyError } from './seaworthy-error.ts'

/** A header that waits for the response. */
export interface PendingHeader {
  readonly name: string
  readonly value: string
  readonly append: boolean
}

/** RFC 9110 §5.1: a field name is a token. */
const token = /^[!#$%&'*+\-.^_`|~\w]+$/

/** RFC 9110 §5.5, and what fits into one byte. */
const forbidden = /[^\t\x20-\x7e\x80-\xff]/

/** Whether text is the name of a header field. */
export function isFieldName(name: string): boolean {
  return token.test(name)
}

/**
 * A header to be written later.
 *
 * @throws {SeaworthyError} `ERR_HEADER` when its name or value cannot stand in a header.
 */
export function pendingHeader(name: string, value: string, append: boolean): PendingHeader {
  if (!isFieldName(name)) throw new SeaworthyError('ERR_HEADER', `${JSON.stringify(name)} is no header name.`)
  if (forbidden.test(value)) {
    throw new SeaworthyError('ERR_HEADER', `The value for header ${name} has a character that no header may have.`)
  }
  return { name, value, append }
}
