import { isMembers, type Plain } from './plain.ts'
import { pairs } from './text-format.ts'
import { visibleLines } from './visible-text.ts'

/** A thrown value for people: the stack and other members of an error, then its causes and the errors it gathers. */
export function errorLines(error: Plain, label = ''): string[] {
  if (!isMembers(error)) return visibleLines(label + (typeof error === 'string' ? error : JSON.stringify(error)))
  const { type, message, stack, cause, errors, ...rest } = error
  const members = Object.entries(rest).flatMap(([name, value]) => pairs(name, value))
  const title = type === undefined || message === undefined ? '' : `${String(type)}: ${String(message)}`
  const first = label + (typeof stack === 'string' ? stack : title)
  return [
    ...(first === '' ? [] : visibleLines(first)),
    ...(members.length > 0 ? [members.join(' ')] : []),
    ...(Array.isArray(errors) ? errors.flatMap((each, i) => errorLines(each, `[${i + 1}] `)) : []),
    ...(cause === undefined ? [] : errorLines(cause, 'caused by: ')),
  ]
}

/** Whether a field holds the copy of an error. */
export function isErrorCopy(value: Plain): boolean {
  return isMembers(value) && typeof value['stack'] === 'string' && typeof value['type'] === 'string'
}
