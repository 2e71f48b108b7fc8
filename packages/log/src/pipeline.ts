import type { Exchange } from '@seaworthy/middleware'
import type { BufferLimits } from './buffer-limits.ts'
import { complain } from './complain.ts'
import { errorMessage } from './error-members.ts'
import type { FieldSet } from './field-set.ts'
import { applies } from './level-override.ts'
import { severity } from './level.ts'
import type { LogRecord } from './log-record.ts'
import { logState } from './log-state.ts'
import type { Sink } from './open-outputs.ts'
import type { PlainCopy } from './plain-copy.ts'

/** What all loggers that come from one `createLogger` share. */
export interface PipelineSettings {
  readonly copy: PlainCopy
  readonly clock: () => number
  readonly severity: number
  /** Whether the debug lines of a request are written. */
  readonly debug: ((x: Exchange) => boolean) | undefined
  /** Absent when nothing is held back. */
  readonly buffer: BufferLimits | undefined
  readonly sinks: readonly Sink[]
}

/** The way of a line from a logger to the outputs. */
export class Pipeline {
  readonly settings: PipelineSettings
  /** The fields of every line. */
  readonly fields: FieldSet | undefined

  constructor(settings: PipelineSettings, fields: FieldSet | undefined) {
    this.settings = settings
    this.fields = fields
  }

  /** Whether lines of a severity are written, here and now. */
  isOn(wanted: number, x: Exchange | undefined): boolean {
    const { settings } = this
    if (logState.overrides.length > 0) {
      const override = logState.overrides.findLast((each) => applies(each, settings, x))
      if (override !== undefined) return wanted >= override.severity
    }
    if (wanted >= settings.severity) return true
    return settings.debug !== undefined && wanted >= severity.debug && x !== undefined && settings.debug(x)
  }

  /** Gives a record to the outputs that want its level. */
  write(record: LogRecord): void {
    const wanted = severity[record.level]
    for (const sink of this.settings.sinks) if (wanted >= sink.severity && !sink.isBusy) deliver(sink, record)
  }

  /** Has the outputs pass on what they have kept back. */
  flush(): void {
    for (const { output } of this.settings.sinks) {
      try {
        output.flush?.()
      } catch (error) {
        complain(`an output of the log failed: ${errorMessage(error)}`)
      }
    }
  }
}

function deliver(sink: Sink, record: LogRecord): void {
  sink.isBusy = true
  try {
    sink.output.write(record)
  } catch (error) {
    complain(`an output of the log failed: ${errorMessage(error)}`)
  } finally {
    sink.isBusy = false
  }
}
