import { parseSize, type Size } from '@seaworthy/middleware'
import { bufferLimits } from './buffer-limits.ts'
import { oncePerRequest } from './debug-predicate.ts'
import { FieldSet } from './field-set.ts'
import type { KeyNames, KeyPreset } from './key-names.ts'
import { severity, severityOf } from './level.ts'
import { renamedStyle, type LineStyle } from './line-style.ts'
import { LogError } from './log-error.ts'
import { allowSeverity, logState } from './log-state.ts'
import type { LoggerOptions } from './logger-options.ts'
import { openOutputs } from './open-outputs.ts'
import { Pipeline } from './pipeline.ts'
import { PlainCopy } from './plain-copy.ts'
import { presetStyles } from './preset-styles.ts'
import { Redaction } from './redaction.ts'

/** Checks the options of a logger and opens its outputs. */
export function createPipeline(options: LoggerOptions): Pipeline {
  const { level = 'info', format, outputs = ['stdout'], fields, clock = Date.now } = options
  const debug = level === 'silent' ? false : (options.debug ?? false)
  const copy = new PlainCopy(new Redaction(options.redact ?? []), maxSizeOf(options.maxSize ?? '8KiB'))
  const lowest = debug === true ? severity.debug : severityOf(level)
  const settings = {
    copy,
    clock,
    severity: lowest,
    debug: typeof debug === 'function' ? oncePerRequest(debug) : undefined,
    buffer: bufferLimits(options.buffer),
    sinks: openOutputs(outputs, { format, style: styleOf(options.keys), copy, clock }),
  }
  allowSeverity(typeof debug === 'function' ? severity.debug : lowest)
  return new Pipeline(settings, fields && new FieldSet(fields))
}

/** The pipeline of `log` outside a request: the configured one, else one with the default options. */
export function defaultPipeline(): Pipeline {
  return (logState.pipeline ??= createPipeline({}))
}

function styleOf(keys: KeyNames | KeyPreset = {}): LineStyle {
  if (typeof keys !== 'string') return renamedStyle(keys)
  if (Object.hasOwn(presetStyles, keys)) return presetStyles[keys]()
  throw new LogError('ERR_LOG_KEYS', `'${keys}' is no preset. Write one of ${Object.keys(presetStyles).join(', ')}.`)
}

function maxSizeOf(maxSize: Size): number {
  const bytes = parseSize(maxSize)
  if (bytes > 0) return bytes
  throw new LogError('ERR_LOG_MAX_SIZE', "maxSize cannot be 0. Write for example '8KiB'.")
}
