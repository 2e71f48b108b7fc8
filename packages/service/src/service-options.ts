import type { Console, ConsoleOptions } from '@seaworthy/console'
import type { Debug, DebugOptions } from '@seaworthy/debug'
import type { Health, HealthOptions } from '@seaworthy/health'
import type { Logger, LoggerOptions, RequestLogOptions } from '@seaworthy/log'
import type { MetricsOptions, Prometheus, PrometheusOptions, RuntimeMetricsOptions } from '@seaworthy/metrics'
import type {
  Duration,
  HandlerOptions,
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
import type { Part } from './part.ts'
import type { PreflightProblem } from './preflight-problem.ts'

/**
 * Settings of `service()`. A part takes its options, a ready made instance, or `false`, which leaves it out; left to
 * itself it is mounted with its defaults.
 */
export interface ServiceOptions {
  /** `service.name` of all telemetry, and the field `service` of all log lines. */
  readonly name: string
  /** `service.version`, and the version that probes show. */
  readonly version?: string
  /** What the service depends on, for `/healthz`. @default none */
  readonly checks?: HealthOptions['checks']
  /** Where the configuration came from, for `/debug/config` and the console: `() => explain(cfg)`. @default it is not shown */
  readonly config?: ConsoleOptions['config']
  /** Middleware that is mounted last, in this order: limits, authentication. @default none */
  readonly guards?: readonly Middleware[]
  /** What `log` is in this process; `false` leaves it as it is. @default info and above to stdout, and to OpenTelemetry */
  readonly log?: LoggerOptions | Logger | false
  /** OpenTelemetry for this process. It is shut down last, whoever started it. */
  readonly telemetry?: Omit<TelemetryOptions, 'service'> | Telemetry | false
  /** How the process and its event loop are doing. @default on, where the service starts telemetry */
  readonly runtimeMetrics?: RuntimeMetricsOptions | false
  /** Signals, draining and hooks. */
  readonly shutdown?: ShutdownOptions | Lifecycle | false
  /** How `serve()` listens; what is given to it there is stronger. */
  readonly server?: Omit<ServeOptions, 'lifecycle'>
  /** The proxies that are believed. @default false */
  readonly trustProxy?: TrustProxyOptions | Middleware | false
  readonly requestId?: RequestIdOptions | Middleware | false
  readonly health?: Omit<HealthOptions, 'version' | 'checks' | 'lifecycle'> | Health | false
  /** `/metrics`. It needs the telemetry that the service starts, or to be an instance. */
  readonly prometheus?: PrometheusOptions | Prometheus | false
  readonly tracing?: TracingOptions | Middleware | false
  readonly metrics?: MetricsOptions | Middleware | false
  readonly requestLog?: RequestLogOptions | Middleware | false
  /** `/debug`, outside development only where `authorize` says who may use it. @default `'loopback'` in development */
  readonly debug?: (Omit<DebugOptions, 'authorize'> & Partial<Pick<DebugOptions, 'authorize'>>) | Debug | false
  /**
   * `/_console`, outside development only where `authorize` says who may see it. It needs the telemetry that the
   * service starts, or to be an instance.
   *
   * @default `'loopback'` in development
   */
  readonly console?: ConsoleOptions | Console | false
  /** How long a handler may take to the head of its response. @default '15s' */
  readonly deadline?: Duration | 'off' | Middleware | false
  /** The longest request body; above 1 MiB the server's own limit is raised to it. @default '1MiB' */
  readonly bodyLimit?: Size | Middleware | false
}

/** A wired service: one middleware, and what starts it. */
export interface Service extends Middleware {
  /** What is mounted, in order, and where each setting came from. */
  readonly parts: readonly Part[]
  /**
   * What is not ready for production, as data.
   *
   * @param app - Whose routes are compared with what the policies in `guards`, and its own, cover. @default no routes
   */
  preflight(app?: App): readonly PreflightProblem[]
  /** Wraps a fetch function, for services without Hono. */
  handler<R extends Request, Rest extends unknown[]>(
    fetch: (request: R, ...rest: Rest) => MaybePromise<Response>,
    options?: HandlerOptions<R>,
  ): (request: R, ...rest: Rest) => MaybePromise<Response>
  /**
   * Listens, with the life cycle of this service. In production it first writes what the preflight found, one warning
   * each.
   *
   * @param options - Stronger than `server` of the service.
   * @throws {ServerError} As `serve()` of `@seaworthy/server` does.
   */
  serve(app: App, options?: Omit<ServeOptions, 'lifecycle'>): Promise<Server>
}
