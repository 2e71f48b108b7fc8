/**
 * What kind of work began: a request that was served, a message that was consumed, or a span that has no parent and
 * neither of these kinds, such as a job.
 */
export type RequestKind = 'server' | 'consumer' | 'job'

/** One line of the list of requests: the entry of a trace into a service. */
export interface RequestSummary {
  /** Grows with each request that arrives here. */
  readonly seq: number
  readonly traceId: string
  readonly spanId: string
  readonly service: string
  readonly kind: RequestKind
  /** The span's name, such as `GET /orders/:id`. */
  readonly name: string
  /** When it began. */
  readonly time: string
  readonly durationMs: number
  readonly method?: string
  /** The template of the route. */
  readonly route?: string
  /** The path that was asked for, with its query as far as tracing recorded it. */
  readonly path?: string
  readonly status?: number
  /** Whether the span's status is an error. */
  readonly error: boolean
  /** `error.type`, or the type of the first exception. */
  readonly errorType?: string
  /** `enduser.id`, else `user.id`, where the service records it. */
  readonly principal?: string
  /** Whether it was called by a span of this trace that the console knows. */
  readonly nested: boolean
  /** Spans of the trace so far. */
  readonly spans: number
  /** Log lines of the trace so far. */
  readonly logs: number
}

/** Parameters of `GET api/requests`. All are optional, and all must hold. */
export interface RequestQuery {
  /** Words that must all occur, without regard to case, in name, path, method, status, service, principal, error or trace id. */
  readonly search?: string
  readonly service?: string
  readonly kind?: RequestKind
  readonly method?: string
  readonly route?: string
  readonly principal?: string
  /** `404`, `5xx`, or `error` for what failed: 5xx and spans with an error. */
  readonly status?: string
  /** Only what took this long or longer, in milliseconds. */
  readonly minMs?: string
  /** `next` of the page before. */
  readonly before?: string
  /** Only what arrived after this `seq`. */
  readonly after?: string
  /** 1 to 500. @default '100' */
  readonly limit?: string
}

/** Requests: what began last comes first, whenever it arrived. */
export interface RequestPage {
  readonly requests: readonly RequestSummary[]
  /** `before` of the next page; absent on the last. */
  readonly next?: string
  /** How many requests are held, whatever the filter. */
  readonly held: number
  /** What the filters can be set to, from what is held. */
  readonly facets: {
    readonly services: readonly string[]
    readonly methods: readonly string[]
    readonly routes: readonly string[]
  }
}
