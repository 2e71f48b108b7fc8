import { AsyncLocalStorage } from 'node:async_hooks'
import { FieldSet } from './field-set.ts'
import type { Fields } from './fields.ts'
import { logState } from './log-state.ts'

/**
 * Runs a function whose every line, also of what it awaits and of loggers made elsewhere, has these fields too.
 *
 * @returns What the function returns.
 */
export function withFields<T>(fields: Fields, fn: () => T): T {
  const storage = (logState.fields ??= new AsyncLocalStorage())
  const outer = storage.getStore()
  return storage.run(outer ? new FieldSet(outer.fields, fields) : new FieldSet(fields), fn)
}
