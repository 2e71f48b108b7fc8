import type { LiveEvents, LiveTopic } from './api-events.ts'
import type { LogEntry } from './api-logs.ts'
import type { RequestSummary } from './api-requests.ts'
import { logFilter } from './list-logs.ts'
import { logEntry } from './log-entry.ts'
import type { Query } from './query.ts'
import { requestSummary } from './request-summary.ts'
import type { HeldLog } from './log-store.ts'
import type { TelemetryStore } from './telemetry-store.ts'
import type { Entry } from './trace-store.ts'

/** The most requests, and the most lines, in one event. */
const mostRequests = 200
const mostLogs = 200

/** The most characters of lines in one event. */
const mostText = 262_144

/** How far one stream has read. It holds no telemetry: what it has not read, it reads from the store when it can. */
export class LiveCursor {
  readonly topics: ReadonlySet<LiveTopic>
  readonly #store: TelemetryStore
  readonly #matches: ReturnType<typeof logFilter>
  #requests: number
  #logs: number
  #metrics: number
  #cleared: number

  constructor(store: TelemetryStore, query: Query) {
    this.#store = store
    this.topics = topicsOf(query)
    this.#matches = logFilter(query)
    this.#requests = store.traces.seq
    this.#logs = store.logs.seq
    this.#metrics = store.metrics.seq
    this.#cleared = store.cleared
  }

  /** The place, to go on from it later. */
  get place(): string {
    return `${this.#requests}.${this.#logs}`
  }

  /** Goes on from a place; `false` when it is none. */
  resume(place: string): boolean {
    const [, requests, logs] = /^(\d{1,15})\.(\d{1,15})$/.exec(place) ?? []
    if (requests === undefined || logs === undefined) return false
    if (Number(requests) > this.#requests || Number(logs) > this.#logs) return false
    this.#requests = Number(requests)
    this.#logs = Number(logs)
    return true
  }

  /** What has happened since the last time. */
  *read(): Generator<LiveEvent> {
    const { cleared } = this.#store
    if (cleared !== this.#cleared) {
      this.#cleared = cleared
      yield { name: 'cleared', data: {} }
    }
    yield* this.#readRequests()
    yield* this.#readLogs()
    if (this.topics.has('metrics') && this.#store.metrics.seq !== this.#metrics) {
      this.#metrics = this.#store.metrics.seq
      yield { name: 'metrics', data: { time: new Date().toISOString() } }
    }
  }

  *#readRequests(): Generator<LiveEvent> {
    const from = this.#requests
    const to = this.#store.traces.seq
    this.#requests = to
    if (to === from || !this.topics.has('requests')) return
    const fresh: Entry[] = []
    const changed: Entry[] = []
    const traces = new Set<Entry['trace']>()
    for (const entry of this.#store.traces.entries()) {
      if (entry.seq <= from) {
        if (traces.has(entry.trace)) changed.push(entry)
      } else if (fresh.length < mostRequests) {
        fresh.push(entry)
        traces.add(entry.trace)
      }
    }
    const counts = this.#store.logs.countByTrace()
    const told = [...fresh, ...changed.slice(0, mostRequests)].toReversed()
    const requests: RequestSummary[] = told.map((entry) => requestSummary(entry, counts))
    yield { name: 'requests', data: { requests, skipped: to - from - fresh.length } }
  }

  *#readLogs(): Generator<LiveEvent> {
    const from = this.#logs
    this.#logs = this.#store.logs.seq
    if (this.#logs === from || !this.topics.has('logs')) return
    const found: HeldLog[] = []
    for (const log of this.#store.logs.newest()) {
      if (log.seq <= from) break
      if (this.#matches(log.record)) found.push(log)
    }
    if (found.length === 0) return
    const logs = newestThatFit(found)
    yield { name: 'logs', data: { logs, skipped: found.length - logs.length } }
  }
}

/** An event of the stream. */
export type LiveEvent = {
  [Name in keyof LiveEvents]: { readonly name: Name; readonly data: LiveEvents[Name] }
}[keyof LiveEvents]

function newestThatFit(found: readonly HeldLog[]): LogEntry[] {
  const kept: LogEntry[] = []
  let length = 0
  for (const log of found.slice(0, mostLogs)) {
    length += log.bytes
    if (length > mostText && kept.length > 0) break
    kept.push(logEntry(log))
  }
  return kept.toReversed()
}

const known: readonly LiveTopic[] = ['requests', 'logs', 'metrics', 'health']

function topicsOf(query: Query): ReadonlySet<LiveTopic> {
  const asked = query.text('topics')?.split(',')
  return new Set(
    asked === undefined ? ['requests', 'metrics', 'health'] : known.filter((topic) => asked.includes(topic)),
  )
}
