import type { Size } from '@seaworthy/middleware'
import type { Format, FormatName } from './format.ts'
import type { LogThreshold } from './level.ts'
import type { LogRecord } from './log-record.ts'

/** Receives the records of a logger. What it throws is reported on stderr and changes nothing else. */
export interface Output {
  write(record: LogRecord): void
  /** Passes on what it has kept back. Does not wait. */
  flush?(): void
}

/** An output and its settings. */
export interface OutputOptions {
  /**
   * Where lines go: `'stdout'`, `'stderr'`, a path (a file named `stdout` is `'./stdout'`), a file descriptor, or
   * another {@link Output}.
   *
   * @default 'stdout'
   */
  readonly to?: string | number | Output
  /** The format of the lines. Not for an {@link Output}, which has its own. @default the logger's */
  readonly format?: FormatName | Format
  /** Only lines of this level and above, as far as the logger lets them through. @default all */
  readonly level?: LogThreshold
  /**
   * How much may wait when nobody takes the lines, in characters. Lines beyond it are dropped, and a line tells how many.
   *
   * @default '8MiB'
   */
  readonly maxPending?: Size
}
