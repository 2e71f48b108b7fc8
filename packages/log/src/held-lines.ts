import type { BufferLimits } from './buffer-limits.ts'
import type { FieldSet } from './field-set.ts'
import { LoggedRecord } from './log-record.ts'
import type { Pipeline } from './pipeline.ts'

interface HeldLine {
  readonly pipeline: Pipeline
  readonly record: LoggedRecord
  readonly size: number
}

/** The lines that a request holds back, the oldest first. */
export class HeldLines {
  readonly #lines: HeldLine[] = []
  #size = 0
  #dropped = 0
  #lastBound: FieldSet | undefined = undefined
  #newestDropped: HeldLine | undefined = undefined

  /** Adds a line as it is now, and drops the oldest lines beyond the limits. */
  add(pipeline: Pipeline, record: LoggedRecord, limits: BufferLimits): void {
    record.hold()
    const { bound } = record
    // Lines of one logger share its fields.
    const size = record.size + (bound === undefined || bound === this.#lastBound ? 0 : bound.size)
    this.#lastBound = bound
    this.#lines.push({ pipeline, record, size })
    this.#size += size
    while (this.#lines.length > limits.lines || this.#size > limits.bytes) this.#dropOldest()
  }

  #dropOldest(): void {
    this.#newestDropped = this.#lines.shift()
    this.#size -= this.#newestDropped?.size ?? 0
    this.#dropped++
  }

  /** Writes the lines in their order, after one that tells how many are missing before them. */
  write(): void {
    if (this.#newestDropped) this.#newestDropped.pipeline.write(this.#notice(this.#newestDropped))
    for (const { pipeline, record } of this.#lines) pipeline.write(record)
  }

  #notice({ pipeline, record }: HeldLine): LoggedRecord {
    const notice = new LoggedRecord(
      pipeline.settings.copy,
      record.time,
      'warn',
      'older lines of this request were dropped',
    )
    notice.span = record.span
    notice.requestId = record.requestId
    notice.own = { dropped: this.#dropped }
    return notice
  }
}
