/** A service, or something that services call: a database, a queue, a host that does not report here. */
export interface ServiceNode {
  /** Unique in the map. */
  readonly id: string
  readonly name: string
  readonly kind: 'service' | 'database' | 'messaging' | 'external' | 'client'
  /** For a database or a queue: `postgresql`, `redis`, `kafka`. */
  readonly system?: string
  /** Requests that it served, a second. */
  readonly rate: number
  /** 0 to 1. */
  readonly errorRatio: number
}

/** Calls from one node to another. */
export interface ServiceCalls {
  readonly from: string
  readonly to: string
  readonly count: number
  readonly rate: number
  /** 0 to 1. */
  readonly errorRatio: number
  readonly p50Ms: number
  readonly p95Ms: number
  /** The newest trace that has such a call. */
  readonly traceId: string
}

/** Who called whom, from the traces that are held. */
export interface ServiceMap {
  /** What the rates are over: from the oldest held trace to now. */
  readonly windowMs: number
  readonly nodes: readonly ServiceNode[]
  readonly calls: readonly ServiceCalls[]
}
