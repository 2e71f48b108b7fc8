import { LogError } from './log-error.ts'

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** The lowest level that is written; `'silent'` writes nothing. */
export type LogThreshold = LogLevel | 'silent'

/**
 * The levels as severity numbers of the OpenTelemetry log data model. A printed line passes every threshold except
 * `silent`.
 */
export const severity: Readonly<Record<LogThreshold | 'print', number>> = {
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
  print: 1000,
  silent: 1001,
}

const thresholds: readonly string[] = ['debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * The severity number of a level that a user gave.
 *
 * @throws {LogError} `ERR_LOG_LEVEL` when it is no level.
 */
export function severityOf(level: LogThreshold): number {
  if (thresholds.includes(level)) return severity[level]
  throw new LogError('ERR_LOG_LEVEL', `'${level}' is no level. Write one of ${thresholds.join(', ')}.`)
}
