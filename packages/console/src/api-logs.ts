import type { AttributeMap, AttributeValue } from './api-traces.ts'

/** OpenTelemetry's six levels. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** One log line. */
export interface LogEntry {
  /** Grows with each line that arrives: the place in the list, and the cursor of paging. */
  readonly seq: number
  readonly time: string
  readonly level: LogLevel
  readonly service: string
  /** The text; the JSON of a body that is not text. */
  readonly message: string
  /** The body, where it is not text. */
  readonly body?: AttributeValue
  /** The event's name, where it is an event. */
  readonly event?: string
  /** The logger: the name of the instrumentation scope. */
  readonly logger?: string
  readonly traceId?: string
  readonly spanId?: string
  /** Where the line belongs to a trace that is held: milliseconds from the beginning of that trace. Only with `trace`. */
  readonly offsetMs?: number
  readonly attributes: AttributeMap
  readonly exception?: { readonly type?: string; readonly message?: string; readonly stack?: string }
}

/** Parameters of `GET api/logs`. All are optional, and all must hold. */
export interface LogQuery {
  /** Words that must all occur, without regard to case, in message, attributes (`name=value`), event, logger, service or trace id. */
  readonly search?: string
  /** This level and worse. */
  readonly level?: LogLevel
  readonly service?: string
  readonly logger?: string
  /** Only the lines of this trace. */
  readonly trace?: string
  /** Only the lines of this span; with `trace`. */
  readonly span?: string
  /** Only what is older than this `seq`: the next page. */
  readonly before?: string
  /** Only what is newer than this `seq`. */
  readonly after?: string
  /** 1 to 1000. @default '200' */
  readonly limit?: string
}

/** Log lines, the newest first; with `trace`, the oldest first. */
export interface LogPage {
  readonly logs: readonly LogEntry[]
  /** `before` of the next page; absent on the last. */
  readonly next?: number
  /** How many lines are held, whatever the filter. */
  readonly held: number
  readonly facets: { readonly services: readonly string[]; readonly loggers: readonly string[] }
}
