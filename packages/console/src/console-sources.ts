import type { Duration } from '@seaworthy/middleware'

/** What `health` has to be: a `health()` of `@seaworthy/health`, or anything of this form. */
export interface HealthSource {
  /** Asks the checks, or uses what they answered a moment ago. */
  check(): Promise<HealthReport>
  /** Tells of each check that changes. */
  on?(event: 'change', listener: (change: { readonly result: HealthResult }) => void): () => void
}

/** How a service stands. */
export interface HealthReport {
  readonly status: HealthResult['status']
  readonly version?: string | undefined
  readonly uptime: number
  readonly lifecycle?: string | undefined
  readonly notes?: readonly string[]
  readonly checks: Readonly<Record<string, HealthResult>>
}

/** How one check stands. */
export interface HealthResult {
  readonly name: string
  readonly kind: string
  readonly gates: readonly string[]
  readonly componentType: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly output?: string
  readonly observedValue?: number | string | boolean
  readonly observedUnit?: string
  readonly durationMs: number
  /** ISO 8601, UTC. */
  readonly time: string
  /** ISO 8601, UTC. */
  readonly since: string
}

/** A route: of `policy.routes(app)`, or of Hono's `app.routes`. */
export interface Route {
  readonly method: string
  readonly path: string
  readonly policy?: string
  readonly level?: string
}

/** A value of the configuration: of `explain(config)` of `@seaworthy/config`. Secrets have to be redacted. */
export interface ConfigValue {
  readonly key: string
  readonly variable?: string
  readonly value: string
  readonly source?: string
  readonly from?: string
  readonly reloadable?: boolean
}

/** What `debug` has to be: a `debug()` of `@seaworthy/debug`, or anything that has such a `control`. */
export interface DebugSource {
  readonly control: {
    readonly path: string
    readonly flamePath: string
    /** Changes the level of logging for a while. What it throws is answered to the page. */
    setLevel(change: DebugLevelChange): unknown
    /** Takes one change back. */
    revertLevel(id: string): unknown
    levels(): readonly DebugLevel[]
    inflight(): readonly DebugInflight[]
  }
}

/** A change of the level of logging. */
export interface DebugLevelChange {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly for?: Duration
  readonly logger?: string
  readonly route?: string
  readonly principal?: string
}

/** A change that holds now. */
export interface DebugLevel {
  readonly id: string
  readonly level: string
  readonly until: string
  readonly logger?: string
  readonly route?: string
  readonly header?: string
  readonly principal?: string
}

/** A request under way. */
export interface DebugInflight {
  readonly method: string
  readonly route?: string
  readonly path?: string
  readonly ageMs: number
  readonly traceId?: string
}
