import type { OnError, ReportLevel, TelemetryReport } from './telemetry-report.ts'

/** One minute: what repeats is reported once in it. */
export const REPORT_INTERVAL = 60_000

/** Kinds of repeated reports in a minute: beyond them somebody's logs would drown. */
const MAX_KINDS = 100
/** What makes two reports differ that are of one kind: trace ids, span ids, counts. */
const idOrNumber = /[0-9a-f]{16,}|\d+/g

/** A kind of report that was told lately. */
interface Kept {
  /** When the next one may be told. */
  readonly until: number
  /** How many were not told. */
  left: number
}

/** What the reporter needs from its surroundings. */
export interface ReporterSettings {
  readonly onError?: OnError | undefined
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly clock?: () => number
}

/** Hands reports to the service's logger: never throws, never recurses, never floods. */
export interface Reporter {
  /** Reports at once. */
  report(level: ReportLevel, message: string, fields?: TelemetryReport['fields']): void
  /** Reports what may repeat: one of a kind in a minute; the next one says how many were left out. */
  repeated(level: ReportLevel, message: string, fields?: TelemetryReport['fields']): void
  /** From now on nothing is reported. */
  close(): void
}

/** Makes the {@link Reporter} of one `startTelemetry`. */
export function createReporter({ onError, clock = () => performance.now() }: ReporterSettings): Reporter {
  const send = sender(onError)
  const kept = new Map<string, Kept>()
  let closed = false
  let sending = false

  function report(level: ReportLevel, message: string, fields: TelemetryReport['fields'] = {}): void {
    // A logger that itself exports through OpenTelemetry may fail in here: that is not reported to it again.
    if (closed || sending) return
    sending = true
    try {
      send({ level, message: oneLine(message), fields })
    } catch {
      // A logger that throws must not fail the request or the timer that came through here.
    } finally {
      sending = false
    }
  }

  function repeated(level: ReportLevel, message: string, fields?: TelemetryReport['fields']): void {
    const kind = `${level} ${message.replaceAll(idOrNumber, '#')}`
    const now = clock()
    const known = kept.get(kind)
    if (known && now < known.until) {
      known.left += 1
      return
    }
    kept.delete(kind)
    if (!hasRoom(kept, now)) return
    kept.set(kind, { until: now + REPORT_INTERVAL, left: 0 })
    report(level, known?.left ? `${message} (and ${known.left} more like it)` : message, fields)
  }

  return { report, repeated, close: () => void (closed = true) }
}

/** Whether one more kind fits; kinds whose minute is over make room, and those were added first. */
function hasRoom(kept: Map<string, Kept>, now: number): boolean {
  for (const [kind, { until }] of kept) {
    if (kept.size < MAX_KINDS) return true
    if (now < until) return false
    kept.delete(kind)
  }
  return true
}

function sender(onError: OnError | undefined): (report: TelemetryReport) => void {
  if (onError === undefined) return writeToStderr
  if (typeof onError === 'function') return onError
  // Such loggers look for an error among the arguments, not inside of one.
  return ({ level, message, fields: { error, ...fields } }) =>
    onError[level](
      message,
      ...(error === undefined ? [] : [error]),
      ...(Object.keys(fields).length > 0 ? [fields] : []),
    )
}

function writeToStderr({ level, message, fields }: TelemetryReport): void {
  const { error } = fields
  console.warn(`telemetry ${level}: ${message}${error instanceof Error ? ` (${oneLine(error.message)})` : ''}`)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ')
}
