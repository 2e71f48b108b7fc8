/** One result of a check, as it was seen. */
export interface HealthSample {
  readonly time: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly durationMs: number
  readonly output?: string
}

/** A check and what it answered, the oldest first. */
export interface HealthCheckView {
  readonly name: string
  readonly kind: string
  readonly gates: readonly string[]
  readonly componentType: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly output?: string
  readonly observedValue?: number | string | boolean
  readonly observedUnit?: string
  readonly durationMs: number
  readonly time: string
  /** When the check took this status. */
  readonly since: string
  readonly history: readonly HealthSample[]
}

/** How the service stands. `available` is false where `health` was not given. */
export interface HealthView {
  readonly available: boolean
  readonly status?: 'pass' | 'warn' | 'fail'
  readonly version?: string
  /** Whole seconds. */
  readonly uptime?: number
  readonly lifecycle?: string
  readonly notes: readonly string[]
  readonly checks: readonly HealthCheckView[]
}

/** A route and its effective policy. */
export interface RouteEntry {
  readonly method: string
  readonly path: string
  /** In words, such as `jwt(orders:write) or apiKey`, or `none`; absent where routes carry no policies. */
  readonly policy?: string
  /** Where the policy comes from. */
  readonly level?: string
}

/** The routes of the service, in order. `available` is false where `routes` was not given. */
export interface RouteView {
  readonly available: boolean
  readonly routes: readonly RouteEntry[]
}

/** One value of the configuration, and where it came from. */
export interface ConfigRow {
  readonly key: string
  readonly variable?: string
  /** `[redacted]` for a secret; '' when it is unset. */
  readonly value: string
  readonly source?: string
  /** The file, or the variable that named the file. */
  readonly from?: string
  readonly reloadable?: boolean
}

/** The configuration. `available` is false where `config` was not given. */
export interface ConfigView {
  readonly available: boolean
  readonly values: readonly ConfigRow[]
}
