import type { Fields, LazyFields } from './fields.ts'
import type { LogLevel } from './level.ts'

/**
 * Writes lines. No method throws, whatever it is given.
 *
 * Used inside a request, any logger takes part in it: its lines carry the request id and the active span, and are held
 * back with those of the request where its `buffer` option says so.
 */
export interface Logger {
  /** For whoever hunts a defect. Off by default; fields given as a function are made only when it is on. */
  debug(msg: string, fields?: Fields | LazyFields): void
  /** What the service does. */
  info(msg: string, fields?: Fields | LazyFields): void
  /** What should not happen and was dealt with. */
  warn(msg: string, fields?: Fields | LazyFields): void
  /** What went wrong: a message, or what was thrown. In a request it also writes the lines that were held back. */
  error(errorOrMsg: unknown, fields?: Fields | LazyFields): void
  /** What went wrong, and a message that tells what it means. */
  error(error: unknown, msg: string, fields?: Fields | LazyFields): void
  /** What the process cannot survive. The line has been written when this returns; ending the process is up to you. */
  fatal(errorOrMsg: unknown, fields?: Fields | LazyFields): void
  /** What the process cannot survive, and a message that tells what it means. */
  fatal(error: unknown, msg: string, fields?: Fields | LazyFields): void
  /** A line of level `info` that is written at once: no level above `info` but `'silent'` turns it off, no request holds it back. */
  print(msg: string, fields?: Fields | LazyFields): void
  /** A logger whose every line has these fields too. They are read now, not when a line is written. */
  with(fields: Fields): Logger
  /** Whether a line of this level would be written, here and now. */
  enabled(level: LogLevel): boolean
  /** Writes what the current request has held back, and has every output pass on what it has. */
  flush(): void
}
