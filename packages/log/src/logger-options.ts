import type { Exchange, Size } from '@seaworthy/middleware'
import type { BufferOptions } from './buffer-limits.ts'
import type { Fields } from './fields.ts'
import type { Format, FormatName } from './format.ts'
import type { KeyNames, KeyPreset } from './key-names.ts'
import type { LogThreshold } from './level.ts'
import type { OutputChoice } from './open-outputs.ts'

/** Settings of {@link createLogger}. */
export interface LoggerOptions {
  /** The lowest level that is written. @default 'info' */
  readonly level?: LogThreshold
  /** The format of outputs that do not say their own. @default 'terminal' on a terminal, else 'json' */
  readonly format?: FormatName | Format
  /** Where lines go; several are fine, each with its format and level. @default ['stdout'] */
  readonly outputs?: readonly OutputChoice[]
  /** Fields of every line. @default none */
  readonly fields?: Fields
  /** Names for the members of a line, or the names that a log service wants. For the formats `json` and `text`. */
  readonly keys?: KeyNames | KeyPreset
  /**
   * Whether `info` and `warn` lines of a request are held back until it logs an error, throws, answers with 500 or
   * above, or turns out to be of a sampled trace, and dropped otherwise. Needs `requestLog()`, which knows the end of a
   * request; outside a request lines are written at once.
   *
   * @default false
   */
  readonly buffer?: boolean | BufferOptions
  /**
   * Whether debug lines are written: all, or those of requests of which the predicate is true. It is asked at the first
   * debug line of a request, and again when the caller has become known.
   *
   * @default false
   */
  readonly debug?: boolean | ((x: Exchange) => boolean)
  /** The most that a message or the value of a field may take. What is longer is cut, with a marker. @default '8KiB' */
  readonly maxSize?: Size
  /**
   * What is not shown besides {@link defaultRedact}: a name (`'email'`, at any depth), a path (`'user.email'`,
   * `'items.*.code'`), or `'!next_token'` for a name that may be shown. With `false` nothing is hidden by its name.
   *
   * @default []
   */
  readonly redact?: readonly string[] | false
  /** Tells the time, in milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number
}
