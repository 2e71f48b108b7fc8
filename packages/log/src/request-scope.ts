import { key, type Key } from '@seaworthy/middleware'
import { TraceFlags, type SpanContext } from '@opentelemetry/api'
import type { BufferLimits } from './buffer-limits.ts'
import { HeldLines } from './held-lines.ts'
import type { LoggedRecord } from './log-record.ts'
import type { Pipeline } from './pipeline.ts'
import { finishAtEnd, isFinished, type Unfinished } from './process-end.ts'

/** Where an exchange carries the scope that `requestLog` gave it. */
export const scopeKey: Key<RequestScope> = key('seaworthy.log.scope/1')

/** The lines of one request, whichever loggers write them: held back until it is known whether anyone needs them. */
export class RequestScope implements Unfinished {
  /** Where `log` writes during the request; the process's when absent. */
  readonly pipeline: Pipeline | undefined
  /** The middleware that opened it. */
  readonly owner: object
  /** The size of the response body, where its head tells. */
  bodySize: number | undefined = undefined
  #held: HeldLines | undefined = undefined
  #isOpen = false

  constructor(pipeline: Pipeline | undefined, owner: object) {
    this.pipeline = pipeline
    this.owner = owner
  }

  /** Writes a line, or holds it back. */
  take(pipeline: Pipeline, record: LoggedRecord): void {
    if (isUrgent(record)) this.release()
    const { buffer } = pipeline.settings
    if (this.#isOpen || buffer === undefined || record.isImmediate) pipeline.write(record)
    else this.#hold(pipeline, record, buffer)
  }

  #hold(pipeline: Pipeline, record: LoggedRecord, limits: BufferLimits): void {
    if (this.#held === undefined) {
      this.#held = new HeldLines()
      finishAtEnd(this)
    }
    this.#held.add(pipeline, record, limits)
  }

  /** Writes what is held back. From now on every line is written as it comes. */
  release(): void {
    this.#end()?.write()
  }

  /** Forgets what is held back. Lines that work left behind by the request still writes are not held. */
  drop(): void {
    this.#end()
  }

  /** The process ends before the request does. */
  finish(): void {
    this.release()
  }

  #end(): HeldLines | undefined {
    const held = this.#held
    this.#isOpen = true
    this.#held = undefined
    if (held !== undefined) isFinished(this)
    return held
  }
}

/** Whether a line shows that its request is worth reading. Debug lines exist only where somebody asked for them. */
function isUrgent({ level, span }: LoggedRecord): boolean {
  return (level !== 'info' && level !== 'warn') || isSampled(span)
}

/** A valid id is not enough: an unsampled trace has one too. */
export function isSampled(span: SpanContext | undefined): boolean {
  return span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0
}
