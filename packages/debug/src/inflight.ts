import type { Exchange } from '@seaworthy/middleware'
import { traceIdOfActiveSpan } from './trace-id.ts'
import { waitsOf, type Wait } from './waiting-for.ts'

/** A request under way. */
export interface InflightRequest {
  readonly method: string
  readonly route?: string
  /** Without the query. */
  readonly path: string
  /** When it began: ISO 8601, in UTC. */
  readonly startTime: string
  readonly ageMs: number
  readonly requestId?: string
  /** Known at once where tracing is mounted further out, else from the response head on. */
  readonly traceId?: string
  /** `exchange.caller.id`, once a guard has let the caller in. */
  readonly caller?: string
  /** `body`: the head of the response is known, and its body is being sent. */
  readonly phase: 'handler' | 'body'
  /** What it waits for, as far as that is known: outgoing calls on Node, and what `waitingFor` names. */
  readonly waitsFor: readonly Wait[]
}

interface Entry {
  traceId: string | undefined
  hasHead: boolean
}

/** More than this are only counted. */
const most = 10_000

/** The requests that have begun and have not ended. */
export class Inflight {
  readonly #entries: Map<Exchange, Entry> = new Map()

  begin(x: Exchange): void {
    if (this.#entries.size < most) this.#entries.set(x, { traceId: traceIdOfActiveSpan(), hasHead: false })
  }

  /** The head of the response is known. */
  answered(x: Exchange): void {
    const entry = this.#entries.get(x)
    if (entry === undefined) return
    entry.hasHead = true
    entry.traceId ??= traceIdOfActiveSpan()
  }

  /** Returns whether it was under way here. */
  end(x: Exchange): boolean {
    return this.#entries.delete(x)
  }

  get size(): number {
    return this.#entries.size
  }

  list(): InflightRequest[] {
    return [...this.#entries].map(([x, entry]) => describe(x, entry))
  }
}

function describe(x: Exchange, { traceId, hasHead }: Entry): InflightRequest {
  const { method, route, path, requestId, caller } = x
  return {
    method,
    ...(route !== undefined && { route }),
    path,
    startTime: new Date(performance.timeOrigin + x.startTime).toISOString(),
    ageMs: Math.round(performance.now() - x.startTime),
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
    ...(caller !== undefined && { caller: caller.id }),
    phase: hasHead ? 'body' : 'handler',
    waitsFor: waitsOf(x),
  }
}
