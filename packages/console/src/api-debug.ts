/** What logs more than usual at present. */
export interface DebugLogState {
  /** To name it in a {@link DebugLogChange}. */
  readonly id: string
  readonly level: string
  /** In words: `everything`, `route /orders/:id`, `logger db`. */
  readonly target: string
  /** When it reverts by itself. */
  readonly until: string
}

/** A request that is being served. */
export interface InFlight {
  readonly method: string
  readonly route?: string
  readonly path?: string
  readonly ageMs: number
  readonly traceId?: string
}

/** What `debug` offers. `available` is false where it was not given. */
export interface DebugView {
  readonly available: boolean
  /** Whether `POST api/debug/log` works. */
  readonly canLog: boolean
  readonly logging: readonly DebugLogState[]
  readonly inFlight: readonly InFlight[]
  /** The flame graph's address, to which `?seconds=` is added. `debug` serves it and decides who may see it. */
  readonly flame?: string
  /** The index of everything that `debug` has. */
  readonly index?: string
}

/** The body of `POST api/debug/log`: logs more for a while, or, with `revert`, ends that. */
export type DebugLogChange =
  | {
      readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
      /** How long, such as `10m`; at most 24 hours. */
      readonly for: string
      /** Only this route's requests. @default everything */
      readonly route?: string
      readonly logger?: string
      readonly principal?: string
    }
  | { readonly revert: string }
