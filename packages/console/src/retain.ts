import { parseDuration, parseSize, type Duration, type Size } from '@seaworthy/middleware'
import { ConsoleError } from './console-error.ts'

/** How much the console keeps. What comes in pushes out the oldest. */
export interface RetainOptions {
  /** Traces. @default 500 */
  readonly traces?: number
  /** Spans of one trace; further ones are counted and dropped. @default 10000 */
  readonly spansPerTrace?: number
  /** Log lines. @default 5000 */
  readonly logs?: number
  /** Series of metrics: an instrument of a process with one set of attributes. @default 1000 */
  readonly series?: number
  /** How far back metrics go, at most `'24h'`. @default '30m' */
  readonly metrics?: Duration
  /** What all of it may take together, as the console estimates it; at least `'4MiB'`. @default '64MiB' */
  readonly memory?: Size
}

/** {@link RetainOptions} with nothing left out. */
export interface Retain {
  readonly traces: number
  readonly spansPerTrace: number
  readonly logs: number
  readonly series: number
  readonly metricsMs: number
  readonly memory: number
}

const day = 86_400_000
const leastMemory = 4 * 1024 * 1024

/**
 * How much is kept.
 *
 * @throws {ConsoleError} `ERR_CONSOLE_OPTION` when a number cannot be kept.
 */
export function resolveRetain(given: RetainOptions = {}): Retain {
  const metricsMs = parseDuration(given.metrics ?? '30m')
  const memory = parseSize(given.memory ?? '64MiB')
  if (metricsMs < 10_000 || metricsMs > day) throw invalid('metrics', 'Write a duration from "10s" to "24h".')
  if (memory < leastMemory) throw invalid('memory', 'Write a size of at least "4MiB".')
  return {
    traces: count('traces', given.traces ?? 500),
    spansPerTrace: count('spansPerTrace', given.spansPerTrace ?? 10_000),
    logs: count('logs', given.logs ?? 5_000),
    series: count('series', given.series ?? 1_000),
    metricsMs,
    memory,
  }
}

function count(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 100_000) return value
  throw invalid(name, 'Write a whole number from 1 to 100000.')
}

function invalid(name: string, cure: string): ConsoleError {
  return new ConsoleError('ERR_CONSOLE_OPTION', `retain.${name} cannot be kept. ${cure}`)
}
