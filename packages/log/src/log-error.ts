import { SeaworthyError } from '@seaworthy/middleware'

/** What {@link LogError} can stand for. */
export type LogErrorCode =
  | 'ERR_LOG_BUFFER'
  | 'ERR_LOG_FORMAT'
  | 'ERR_LOG_KEYS'
  | 'ERR_LOG_LEVEL'
  | 'ERR_LOG_LOGGER'
  | 'ERR_LOG_MAX_SIZE'
  | 'ERR_LOG_OTEL'
  | 'ERR_LOG_OUTPUT'
  | 'ERR_LOG_REDACT'

/** A mistake in the options of a logger. Writing a line never throws. */
export class LogError extends SeaworthyError<LogErrorCode> {}
