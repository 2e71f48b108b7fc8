import { isFields, namesOf, read, unreadable, type Fields } from './fields.ts'

/** Members that are not copied as they come: written first or last, or added to every error by the engine. */
const handled: ReadonlySet<string> = new Set([
  ...['name', 'message', 'stack', 'cause', 'errors'],
  ...['line', 'column', 'sourceURL', 'originalLine', 'originalColumn'],
])

/** Whether a thrown value is an error, also one of another realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/** What is written of an error: `type`, `message`, `stack`, its own members, its cause, and the errors it gathers. */
export function errorMembers(error: Error): (readonly [string, unknown])[] {
  if (!isFields(error)) return []
  const own = namesOf(error).filter((name) => !handled.has(name))
  const members = ['message', 'stack', ...own, 'cause', 'errors'].map((name) => [name, read(error, name)] as const)
  return [['type', errorType(error)], ...members.filter(([, value]) => value !== undefined)]
}

/** The message of a thrown value. */
export function errorMessage(error: unknown): string {
  try {
    const message = isFields(error) ? read(error, 'message') : String(error)
    return typeof message === 'string' ? message : 'unknown error'
  } catch {
    return unreadable
  }
}

/** A class that does not set `name` is still told by its own. */
function errorType(error: Fields): unknown {
  const name = read(error, 'name')
  if (typeof name === 'string' && name !== 'Error') return name
  const maker = read(error, 'constructor')
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'Error'
}
