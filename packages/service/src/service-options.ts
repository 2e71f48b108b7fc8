import type { Health, HealthOptions } from '@seaworthy/health'
import type { Logger, LoggerOptions, RequestLogOptions } from '@seaworthy/log'
import type { MetricsOptions, Prometheus, PrometheusOptions } from '@seaworthy/metrics'
import type {
  Duration,
  MaybePromise,
  Middleware,
  RequestIdOptions,
  Size,
  TrustProxyOptions,
} from '@seaworthy/middleware'
import type { App, ServeOptions, Server } from '@seaworthy/server'
import type { Lifecycle, ShutdownOptions } from '@seaworthy/shutdown'
import type { Telemetry, TelemetryOptions } from '@seaworthy/telemetry'
import type { TracingOptions } from '@seaworthy/tracing'
import type { Part } from './part-list.ts'
import type { PreflightProblem } from './preflight.ts'

/** Settings of `service()`. A part takes its options, a ready made instance, or `false`, which leaves it out. */
export interface ServiceOptions {
  /** `service.name` of all telemetry, and the field `service` of all log lines. */
  readonly name: string
  /** `service.version`, and the version that probes show. */
  readonly version?: string
  /** What the service depends on, for `/healthz`. @default none */
  readonly checks?: HealthOptions['checks']
  /** Middleware that is mounted last, in this order: limits, authentication. @default none */
  readonly guards?: readonly Middleware[]
  /** What `log` is in this process. @default info and above to stdout, and to OpenTelemetry */
  readonly log?: LoggerOptions | Logger
  readonly telemetry?: Omit<TelemetryOptions, 'service'> | Telemetry | false
  readonly shutdown?: ShutdownOptions | Lifecycle | false
  /** How it listens; `serve()` may override it. */
  readonly server?: Omit<ServeOptions, 'lifecycle'>
  /** The proxies that are believed. @default none */
  readonly trustProxy?: TrustProxyOptions | Middleware | false
  readonly requestId?: RequestIdOptions | Middleware | false
  readonly health?: Omit<HealthOptions, 'version' | 'checks' | 'lifecycle'> | Health | false
  readonly prometheus?: PrometheusOptions | Prometheus | false
  readonly tracing?: TracingOptions | Middleware | false
  readonly metrics?: MetricsOptions | Middleware | false
  readonly requestLog?: RequestLogOptions | Middleware | false
  /** How long a handler may take to the head of its response. @default '15s' */
  readonly deadline?: Duration | 'off' | Middleware | false
  /** The longest request body. @default '1MiB' */
  readonly bodyLimit?: Size | Middleware | false
}

/** A wired service: one middleware, and what starts it. */
export interface Service extends Middleware {
  /** What is mounted, in order, and where its settings came from. */
  readonly parts: readonly Part[]
  /** What is not ready for production, as data. `serve()` writes it as warnings outside of development. */
  preflight(): readonly PreflightProblem[]
  /** Wraps a fetch function, for services without Hono. */
  handler(
    fetch: (request: Request, ...rest: unknown[]) => MaybePromise<Response>,
  ): (request: Request, ...rest: unknown[]) => MaybePromise<Response>
  /** Listens, with the life cycle of this service; telemetry is flushed last. */
  serve(app: App, options?: Omit<ServeOptions, 'lifecycle'>): Promise<Server>
}
