import { isoTime } from './iso-time.ts'
import type { LogLevel } from './level.ts'
import type { LogRecord } from './log-record.ts'
import type { Output } from './output.ts'
import type { Plain, PlainFields } from './plain.ts'

/** A line as {@link memoryOutput} keeps it. Absent members are left out, so that it can be compared as a whole. */
export interface MemoryRecord {
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly level: LogLevel
  readonly msg: string
  readonly traceId?: string
  readonly spanId?: string
  readonly requestId?: string
  readonly error?: Plain
  readonly fields: PlainFields
}

/** An output for tests. */
export interface MemoryOutput extends Output {
  /** What has been written, in order. */
  readonly records: readonly MemoryRecord[]
  /** The messages of the records. */
  readonly messages: readonly string[]
  /** Forgets all records. */
  clear(): void
}

/** An output that keeps its records: `createLogger({ outputs: [output] })`, then look at `output.records`. */
export function memoryOutput(): MemoryOutput {
  const records: MemoryRecord[] = []
  return {
    records,
    get messages() {
      return records.map(({ msg }) => msg)
    },
    write(record) {
      records.push(kept(record))
    },
    clear() {
      records.length = 0
    },
  }
}

function kept({ time, level, msg, span, requestId, error, fields }: LogRecord): MemoryRecord {
  return {
    time: isoTime(time),
    level,
    msg,
    ...(span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(error === undefined ? {} : { error }),
    fields,
  }
}
