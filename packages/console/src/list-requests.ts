import type { RequestPage } from './api-requests.ts'
import type { LogStore } from './log-store.ts'
import type { Query } from './query.ts'
import { requestFacts, requestSummary, type RequestFacts } from './request-summary.ts'
import type { Entry, TraceStore } from './trace-store.ts'
import { durationOf, isBefore } from './hr-time.ts'
import type { HrTime } from './telemetry-data.ts'

/** The most values of one filter that are offered. */
const mostFacets = 100

/** One page of the requests that match a question, the newest first. */
export function listRequests(traces: TraceStore, logs: LogStore, query: Query): RequestPage {
  const matches = requestFilter(query)
  const limit = query.limit(100, 500)
  const before = placeOf(query.text('before'))
  const after = query.number('after') ?? -1
  const found: Entry[] = []
  const facets = { services: new Set<string>(), methods: new Set<string>(), routes: new Set<string>() }
  let held = 0
  for (const entry of traces.entries()) {
    held++
    const facts = requestFacts(entry.span)
    collect(facets.services, facts.service)
    collect(facets.methods, facts.method)
    collect(facets.routes, facts.route)
    if (entry.seq > after && isPast(before, entry) && matches(entry, facts)) found.push(entry)
  }
  const shown = found.toSorted(byBeginning).slice(0, limit)
  const last = found.length > limit ? shown.at(-1) : undefined
  const counts = logs.countByTrace()
  return {
    requests: shown.map((entry) => requestSummary(entry, counts)),
    ...(last !== undefined && { next: cursorOf(last) }),
    held,
    facets: { services: sorted(facets.services), methods: sorted(facets.methods), routes: sorted(facets.routes) },
  }
}

/** The newest first, by when they began: services report at different times, and what is long reports late. */
function byBeginning(a: Entry, b: Entry): number {
  if (isBefore(a.span.startTime, b.span.startTime)) return 1
  return isBefore(b.span.startTime, a.span.startTime) ? -1 : b.seq - a.seq
}

/** Where a page ended: what is pushed out meanwhile does not matter to it. */
interface Place {
  readonly time: HrTime
  readonly seq: number
}

function cursorOf({ span: { startTime }, seq }: Entry): string {
  return [...startTime, seq].join('.')
}

function placeOf(cursor: string | undefined): Place | undefined {
  const [, seconds, nanoseconds, seq] = /^(\d{1,15})\.(\d{1,9})\.(\d{1,15})$/.exec(cursor ?? '') ?? []
  return seq === undefined ? undefined : { time: [Number(seconds), Number(nanoseconds)], seq: Number(seq) }
}

/** Whether an entry comes after a place in the list. */
function isPast(place: Place | undefined, { span: { startTime }, seq }: Entry): boolean {
  if (place === undefined || isBefore(startTime, place.time)) return true
  return seq < place.seq && !isBefore(place.time, startTime)
}

type RequestFilter = (entry: Entry, facts: RequestFacts) => boolean

function requestFilter(query: Query): RequestFilter {
  const equal = (['service', 'kind', 'method', 'route', 'principal'] as const).flatMap((name) => {
    const value = query.text(name)
    return value === undefined ? [] : [{ name, value }]
  })
  const status = statusFilter(query.text('status'))
  const shortest = query.number('minMs') ?? 0
  const words = query.words('search')
  return (entry, facts) =>
    equal.every(({ name, value }) => facts[name] === value) &&
    status(facts) &&
    (shortest === 0 || durationOf(entry.span) >= shortest) &&
    (words.length === 0 || hasAll(textOfRequest(entry, facts), words))
}

function statusFilter(wanted: string | undefined): (facts: RequestFacts) => boolean {
  if (wanted === undefined) return () => true
  if (wanted === 'error') return ({ error, status = 0 }) => error || status >= 500
  const [first] = wanted
  if (/^\dxx$/.test(wanted)) return ({ status }) => status !== undefined && String(status)[0] === first
  return ({ status }) => String(status) === wanted
}

function textOfRequest({ span, trace }: Entry, facts: RequestFacts): string {
  const { service, method, path, status, principal, errorType, route } = facts
  const exceptions = span.events.map(({ attributes }) => attributes?.['exception.message'])
  const words = [span.name, service, method, route, path, status, principal, errorType, trace.traceId]
  return [...words, span.status.message, ...exceptions].join('\n').toLowerCase()
}

/** Whether all words occur in a text of lower case. */
export function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word))
}

/** Adds what is there, while there is room. */
export function collect(values: Set<string>, value: string | undefined): void {
  if (value !== undefined && values.size < mostFacets) values.add(value)
}

/** By the alphabet. */
export function sorted(values: ReadonlySet<string>): string[] {
  return [...values].toSorted()
}
