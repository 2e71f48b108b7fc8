import type { ServiceCalls, ServiceMap, ServiceNode } from './api-map.ts'
import { durationOf, toMs } from './hr-time.ts'
import { textOf } from './json-value.ts'
import { serviceOf } from './service-of.ts'
import type { SpanData } from './telemetry-data.ts'
import type { HeldTrace } from './trace-store.ts'

/** The most nodes, and the most calls, that a map has. */
const mostNodes = 100
const mostCalls = 300

const clientNode = 'client'

interface Called {
  readonly id: string
  readonly name: string
  readonly kind: ServiceNode['kind']
  readonly system?: string
}

/**
 * Who called whom, from the traces that are held: a span that a service serves belongs to the span of another service
 * that called it; a call that no service here answered goes to a database, a queue or a host outside.
 *
 * @param now - Milliseconds since 1970.
 */
export function serviceMap(traces: Iterable<HeldTrace>, now: number): ServiceMap {
  const tally = new MapTally()
  let oldest = now
  for (const trace of traces) {
    oldest = Math.min(oldest, trace.since)
    addTrace(trace, tally)
  }
  const windowMs = Math.max(1_000, now - oldest)
  return { windowMs, ...tally.read(windowMs) }
}

function addTrace({ traceId, spans }: HeldTrace, tally: MapTally): void {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  const answered = new Set<string>()
  for (const span of spans) {
    if (isServed(span)) {
      const caller = callerOf(span, byId)
      if (caller !== undefined) answered.add(caller.spanContext().spanId)
      tally.served(span, caller, traceId)
    }
  }
  for (const span of spans) {
    const called = isCall(span) && !answered.has(span.spanContext().spanId) ? calledBy(span) : undefined
    if (called !== undefined) tally.called(span, called, traceId)
  }
}

function isServed({ kind }: SpanData): boolean {
  return kind === 1 || kind === 4
}

function isCall({ kind }: SpanData): boolean {
  return kind === 2 || kind === 3
}

/** The span of a caller that has another service's span as its child. */
function callerOf(span: SpanData, byId: ReadonlyMap<string, SpanData>): SpanData | undefined {
  const parent = span.parentSpanContext && byId.get(span.parentSpanContext.spanId)
  return parent === undefined || parent === span ? undefined : parent
}

/** What a call went to, by its attributes. */
function calledBy({ attributes, name }: SpanData): Called | undefined {
  const peer = textOf(attributes, 'service.peer.name', 'peer.service', 'server.address', 'net.peer.name')
  const database = textOf(attributes, 'db.system.name', 'db.system')
  if (database !== undefined)
    return external('database', database, textOf(attributes, 'db.namespace', 'db.name') ?? peer)
  const queue = textOf(attributes, 'messaging.system')
  if (queue !== undefined) return external('messaging', queue, textOf(attributes, 'messaging.destination.name') ?? peer)
  const system = textOf(attributes, 'rpc.system')
  if (peer === undefined && system === undefined) return undefined
  const id = peer ?? name
  return { id: `external:${id}`, name: id, kind: 'external' }
}

function external(kind: 'database' | 'messaging', system: string, detail: string | undefined): Called {
  const name = detail === undefined ? system : `${system} ${detail}`
  return { id: `${kind}:${name}`, name, kind, system }
}

interface CallTally {
  readonly from: string
  readonly to: string
  readonly durations: number[]
  errors: number
  newest: number
  traceId: string
}

/** Adds up nodes and calls. */
class MapTally {
  readonly #nodes = new Map<string, Called & { count: number; errors: number }>()
  readonly #calls = new Map<string, CallTally>()

  /** A span that a service served, and the span that called it, where that is known. */
  served(span: SpanData, caller: SpanData | undefined, traceId: string): void {
    const service = this.#service(span)
    const from = caller === undefined ? clientNode : `service:${serviceOf(caller.resource)}`
    if (caller === undefined) this.#node({ id: clientNode, name: 'Clients', kind: 'client' })
    else this.#service(caller)
    if (service !== undefined) {
      service.count++
      if (isFailed(span)) service.errors++
      this.#call(from, service.id, caller ?? span, traceId)
    }
  }

  /** A call that no service here answered. */
  called(span: SpanData, called: Called, traceId: string): void {
    const from = this.#service(span)
    const to = this.#node(called)
    if (from === undefined || to === undefined) return
    to.count++
    if (isFailed(span)) to.errors++
    this.#call(from.id, to.id, span, traceId)
  }

  /** The rates over so many milliseconds. */
  read(windowMs: number): Pick<ServiceMap, 'nodes' | 'calls'> {
    const rate = (count: number) => (count * 1000) / windowMs
    const nodes = [...this.#nodes.values()].map(({ count, errors, ...node }) => ({
      ...node,
      rate: rate(count),
      errorRatio: count === 0 ? 0 : errors / count,
    }))
    const calls = [...this.#calls.values()].map(({ from, to, durations, errors, traceId }): ServiceCalls => {
      const ordered = durations.toSorted((a, b) => a - b)
      const at = (q: number) => ordered[Math.min(ordered.length - 1, Math.floor(q * ordered.length))] ?? 0
      const count = durations.length
      return {
        from,
        to,
        count,
        rate: rate(count),
        errorRatio: errors / count,
        p50Ms: at(0.5),
        p95Ms: at(0.95),
        traceId,
      }
    })
    return { nodes, calls }
  }

  #service({ resource }: SpanData): (Called & { count: number; errors: number }) | undefined {
    const name = serviceOf(resource)
    return this.#node({ id: `service:${name}`, name, kind: 'service' })
  }

  #node(node: Called): (Called & { count: number; errors: number }) | undefined {
    const known = this.#nodes.get(node.id)
    if (known !== undefined || this.#nodes.size >= mostNodes) return known
    const made = { ...node, count: 0, errors: 0 }
    this.#nodes.set(node.id, made)
    return made
  }

  #call(from: string, to: string, span: SpanData, traceId: string): void {
    const began = toMs(span.startTime)
    // A service whose spans are nested in its own, as after app.mount, does not call itself.
    if (from === to || !this.#nodes.has(from)) return
    const id = `${from}\n${to}`
    const known = this.#calls.get(id)
    if (known === undefined && this.#calls.size >= mostCalls) return
    const call = known ?? { from, to, durations: [], errors: 0, newest: 0, traceId }
    this.#calls.set(id, call)
    call.durations.push(durationOf(span))
    if (isFailed(span)) call.errors++
    if (began >= call.newest) Object.assign(call, { newest: began, traceId })
  }
}

function isFailed({ status }: SpanData): boolean {
  return status.code === 2
}
