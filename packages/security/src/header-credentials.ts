import type { Exchange } from '@seaworthy/middleware'
import { denial, type Denial } from './denial.ts'

/**
 * The value of a header that carries one credential, such as `x-api-key`.
 *
 * @returns `undefined` when it is not there; a denial when it is empty, or was sent more than once, which runtimes
 * join with a comma.
 */
export function headerCredentials(x: Exchange, name: string): string | Denial | undefined {
  const value = x.header(name)
  if (value === undefined) return undefined
  if (value.includes(',')) return denial('malformed', `several credentials in ${name}`)
  const trimmed = value.trim()
  return trimmed === '' ? denial('invalid', 'empty credentials') : trimmed
}
