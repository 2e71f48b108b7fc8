import { boundLog } from './bound-log.ts'
import { Ring } from './ring.ts'
import type { LogData } from './telemetry-data.ts'

/** A log line that is kept. */
export interface HeldLog {
  /** Grows with each. */
  readonly seq: number
  readonly record: LogData
  readonly bytes: number
}

/** How much a {@link LogStore} holds at most. */
export interface LogLimits {
  readonly logs: number
  readonly bytes: number
}

/** The newest log lines, bounded in number and in bytes. Records are kept as they were given. */
export class LogStore {
  readonly #limits: LogLimits
  readonly #logs: Ring<HeldLog>
  #bytes = 0
  #seq = 0

  constructor(limits: LogLimits) {
    this.#limits = limits
    this.#logs = new Ring(limits.logs)
  }

  /** What is held now. */
  get held(): { readonly logs: number; readonly bytes: number } {
    return { logs: this.#logs.length, bytes: this.#bytes }
  }

  /** The `seq` of the newest line; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** Keeps a record. */
  add(given: LogData): void {
    const { kept, bytes } = boundLog(given)
    this.#bytes += bytes
    this.#forget(this.#logs.push({ seq: ++this.#seq, record: kept, bytes }))
    while (this.#bytes > this.#limits.bytes) this.#forget(this.#logs.shift())
  }

  /** The newest first. */
  newest(): Iterable<HeldLog> {
    return this.#logs.newest()
  }

  /** How many lines each trace has. */
  countByTrace(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { record } of this.#logs) {
      const traceId = record.spanContext?.traceId
      if (traceId !== undefined) counts.set(traceId, (counts.get(traceId) ?? 0) + 1)
    }
    return counts
  }

  /** Forgets all. The numbers go on. */
  clear(): void {
    this.#logs.clear()
    this.#bytes = 0
  }

  #forget(log: HeldLog | undefined): void {
    if (log !== undefined) this.#bytes -= log.bytes
  }
}
