import type { SpanContext } from '@opentelemetry/api'
import type { KeyNames } from './key-names.ts'
import type { LogLevel } from './level.ts'
import { LogError } from './log-error.ts'
import type { Plain, PlainFields } from './plain.ts'

/** How a line's own members are written. */
export interface LineStyle {
  readonly time: string
  readonly level: string
  readonly msg: string
  readonly requestId: string
  readonly levels: Readonly<Record<LogLevel, string>>
  /** Members that are the same on every line. */
  readonly constant: PlainFields
  /** The members that tell the active span. */
  readonly span: (span: SpanContext) => PlainFields
  /** The members that tell what was thrown. */
  readonly error: (error: Plain) => PlainFields
}

const defaultNames: Required<KeyNames> = {
  time: 'time',
  level: 'level',
  msg: 'msg',
  trace_id: 'trace_id',
  span_id: 'span_id',
  request_id: 'request_id',
  error: 'error',
}

/** The levels as they are written by default. */
export const lowerCaseLevels: Readonly<Record<LogLevel, string>> = {
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'fatal',
}

/**
 * A style with other names.
 *
 * @throws {LogError} `ERR_LOG_KEYS` when a name is unknown, empty, or given twice.
 */
export function renamedStyle(names: KeyNames = {}): LineStyle {
  const all = { ...defaultNames, ...names }
  for (const [key, name] of Object.entries(all)) checkName(key, name)
  if (new Set(Object.values(all)).size < Object.keys(all).length) {
    throw new LogError('ERR_LOG_KEYS', 'Two members of a line have the same name. Give each key its own.')
  }
  return {
    time: all.time,
    level: all.level,
    msg: all.msg,
    requestId: all.request_id,
    levels: lowerCaseLevels,
    constant: {},
    span: ({ traceId, spanId }) => ({ [all.trace_id]: traceId, [all.span_id]: spanId }),
    error: (error) => ({ [all.error]: error }),
  }
}

function checkName(key: string, name: unknown): void {
  if (Object.hasOwn(defaultNames, key) && typeof name === 'string' && name !== '') return
  const known = Object.keys(defaultNames).join(', ')
  throw new LogError('ERR_LOG_KEYS', `keys.${key} cannot be used. Write a name for one of: ${known}.`)
}
