import { parseSize, type Size } from '@seaworthy/middleware'
import { LogError } from './log-error.ts'

/** How much of a request is held back. Beyond either bound the oldest lines are dropped, and a line tells how many. */
export interface BufferOptions {
  /** @default 1000 */
  readonly lines?: number
  /** About how much memory the lines may take. @default '256KiB' */
  readonly size?: Size
}

/** {@link BufferOptions} with nothing left open. */
export interface BufferLimits {
  readonly lines: number
  readonly bytes: number
}

/**
 * Reads the `buffer` option.
 *
 * @returns `undefined` when nothing is held back.
 * @throws {LogError} `ERR_LOG_BUFFER` when `lines` is no positive whole number.
 */
export function bufferLimits(buffer: boolean | BufferOptions = false): BufferLimits | undefined {
  if (buffer === false) return undefined
  const { lines = 1000, size = '256KiB' } = buffer === true ? {} : buffer
  if (Number.isSafeInteger(lines) && lines > 0) return { lines, bytes: parseSize(size) }
  throw new LogError(
    'ERR_LOG_BUFFER',
    `buffer.lines cannot be ${lines}. Write how many lines a request may hold back, such as 1000.`,
  )
}
