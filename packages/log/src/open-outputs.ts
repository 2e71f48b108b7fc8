import { severityOf } from './level.ts'
import { lineOutput, type LineDefaults } from './line-output.ts'
import { LogError } from './log-error.ts'
import type { Output, OutputOptions } from './output.ts'

/** An output that is in use. */
export interface Sink {
  readonly output: Output
  /** The severity from which on it is given records. */
  readonly severity: number
  /** It is writing: a line that is logged meanwhile would come round for ever. */
  isBusy: boolean
}

/** What can be given as an output; a target alone stands for `{ to: target }`. */
export type OutputChoice = string | number | Output | OutputOptions

/**
 * Opens the outputs of a logger.
 *
 * @throws {LogError} `ERR_LOG_OUTPUT` when one has no known form or cannot be opened.
 */
export function openOutputs(outputs: readonly OutputChoice[], defaults: LineDefaults): readonly Sink[] {
  return outputs.map((choice) => openOutput(typeof choice === 'object' ? choice : { to: choice }, defaults))
}

function openOutput(choice: Output | OutputOptions, defaults: LineDefaults): Sink {
  if (isOutput(choice)) return sinkOf(choice, {})
  const { to = 'stdout', format } = choice
  if (typeof to === 'object' && isOutput(to) && format === undefined) return sinkOf(to, choice)
  if (typeof to === 'string' || isDescriptor(to)) return sinkOf(lineOutput(to, choice, defaults), choice)
  throw new LogError(
    'ERR_LOG_OUTPUT',
    "An output is 'stdout', 'stderr', a path, a file descriptor, { to: one of these }, or an object with write() and no format.",
  )
}

function sinkOf(output: Output, { level }: OutputOptions): Sink {
  return { output, severity: level === undefined ? 0 : severityOf(level), isBusy: false }
}

function isOutput(given: Output | OutputOptions): given is Output {
  return 'write' in given && typeof given.write === 'function'
}

function isDescriptor(to: number | Output): to is number {
  return typeof to === 'number' && Number.isSafeInteger(to) && to >= 0
}
