import type { Exchange, Outcome } from '@seaworthy/middleware'
import { Ring } from './ring.ts'
import { traceIdOfActiveSpan } from './trace-id.ts'

/** A request that has ended. */
export interface RecentRequest {
  readonly method: string
  readonly route?: string
  /** Without the query. */
  readonly path: string
  /** Absent when the client left before a head was sent. */
  readonly status?: number
  /** When it began: ISO 8601, in UTC. */
  readonly startTime: string
  readonly durationMs: number
  /** Whether the client left before the whole response was sent. */
  readonly aborted: boolean
  /** The type of what was thrown, such as `TypeError`. */
  readonly error?: string
  readonly requestId?: string
  readonly traceId?: string
  /** `exchange.caller.id`. */
  readonly caller?: string
}

/** What is copied when a request ends. Everything that costs is left until somebody asks. */
interface Ended {
  readonly method: string
  readonly route: string | undefined
  readonly path: string
  readonly status: number | undefined
  readonly start: number
  readonly end: number
  readonly aborted: boolean
  readonly error: string | undefined
  readonly requestId: string | undefined
  readonly traceId: string | undefined
  readonly caller: string | undefined
}

const longestPath = 512

/** The requests that ended lately. Those that failed are kept apart as well, where others do not push them out. */
export class RecentRequests {
  readonly #all: Ring<Ended>
  readonly #failed: Ring<Ended>

  constructor(size: number) {
    this.#all = new Ring(size)
    this.#failed = new Ring(size)
  }

  add(x: Exchange, { status, aborted, error }: Outcome): void {
    const { path } = x
    const ended: Ended = {
      method: x.method,
      route: x.route,
      path: path.length > longestPath ? `${path.slice(0, longestPath)}…` : path,
      status,
      start: x.startTime,
      end: performance.now(),
      aborted,
      error: error === undefined ? undefined : typeName(error),
      requestId: x.requestId,
      traceId: traceIdOfActiveSpan(),
      caller: x.caller?.id,
    }
    this.#all.add(ended)
    if (aborted || error !== undefined || status === undefined || status >= 500) this.#failed.add(ended)
  }

  /** The latest first. */
  list(): RecentRequest[] {
    const ended = new Set([...this.#all.items(), ...this.#failed.items()])
    return [...ended].toSorted((a, b) => b.end - a.end).map(describe)
  }
}

function describe(ended: Ended): RecentRequest {
  const { method, route, path, status, start, end, aborted, error, requestId, traceId, caller } = ended
  return {
    method,
    ...(route !== undefined && { route }),
    path,
    ...(status !== undefined && { status }),
    startTime: new Date(performance.timeOrigin + start).toISOString(),
    durationMs: Math.round((end - start) * 10) / 10,
    aborted,
    ...(error !== undefined && { error }),
    ...(requestId !== undefined && { requestId }),
    ...(traceId !== undefined && { traceId }),
    ...(caller !== undefined && { caller }),
  }
}

/** The name alone: a message may hold what must not be shown. */
function typeName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { name } = error
  return typeof name === 'string' && /^\w{1,64}$/.test(name) ? name : 'Error'
}
