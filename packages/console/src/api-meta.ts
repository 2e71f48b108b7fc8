/** What the console is, and what it can show. */
export interface Meta {
  /** Changes when the process restarts: what was read before no longer holds. */
  readonly boot: string
  /** The console's path without a slash at the end, such as `/_console`. */
  readonly path: string
  /** This process's service, once its telemetry has named it. */
  readonly service: { readonly name?: string; readonly version?: string; readonly environment?: string }
  /** All services heard of, this one first. */
  readonly services: readonly string[]
  readonly runtime: { readonly name: 'node' | 'bun'; readonly version: string; readonly pid: number }
  /** When the console was made. */
  readonly startedAt: string
  readonly now: string
  /** What is kept, and what is there now. */
  readonly retain: {
    readonly traces: number
    readonly logs: number
    readonly spansPerTrace: number
    /** Time of metrics, in milliseconds. */
    readonly metricsMs: number
    /** Bytes for all of it together, as the console estimates them. */
    readonly memory: number
  }
  readonly held: {
    readonly traces: number
    readonly spans: number
    readonly logs: number
    readonly series: number
    readonly memory: number
  }
  /** Whether this process's telemetry reaches the console: `startTelemetry({ tap: page })`. */
  readonly tapped: { readonly spans: boolean; readonly logs: boolean; readonly metrics: boolean }
  /** What was given to `consolePage`, beside telemetry. */
  readonly sources: {
    readonly debug: boolean
    readonly health: boolean
    readonly routes: boolean
    readonly config: boolean
  }
  /** Where other services send OTLP, such as `/_console`: the exporters add `/v1/traces`. */
  readonly receiver: string
}
