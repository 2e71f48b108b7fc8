import type { Attributes, TextMapPropagator } from '@opentelemetry/api'
import type { Duration } from '@seaworthy/middleware'
import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { IMetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace'
import type { PropagatorName } from './propagators.ts'
import type { Tap } from './tap.ts'
import type { OnError } from './telemetry-report.ts'

/** An exporter by its name: `otlp` as the environment configures it, `console`, or `none`. */
export type ExporterName = 'otlp' | 'console' | 'none'

/** Which traces are kept although the sampler dropped them, by how the service's own part of them ended. */
export interface KeepOptions {
  /** Keep a trace whose local root ends with the status ERROR. @default true */
  readonly errors?: boolean
  /** Keep a trace whose local root takes at least this long. `false` keeps none for being slow. @default '1s' */
  readonly slowerThan?: Duration | false
  /** Spans that wait for a decision, in all traces together. The oldest trace goes first. @default 10_000 */
  readonly maxSpans?: number
}

/** Settings of the traces. */
export interface TracesOptions {
  /** Where spans go. @default OTEL_TRACES_EXPORTER, else `otlp` where an endpoint is configured, else nowhere */
  readonly exporter?: ExporterName | SpanExporter
  /** Which spans are sampled. @default OTEL_TRACES_SAMPLER, else always on in development, else `maxPerSecond` */
  readonly sampler?: Sampler
  /** Traces a second that the default sampler starts in production. @default 10 */
  readonly maxPerSecond?: number
  /** Also exports dropped traces that end badly; they are recorded until then. @default undefined, which is off */
  readonly keep?: KeepOptions
}

/** Settings of the metrics. */
export interface MetricsOptions {
  /** Where metrics go. @default OTEL_METRICS_EXPORTER, else `otlp` where an endpoint is configured, else nowhere */
  readonly exporter?: ExporterName | 'prometheus' | PushMetricExporter
  /** Time between two exports. @default OTEL_METRIC_EXPORT_INTERVAL, else one minute */
  readonly interval?: Duration
  /** More readers, such as `prometheus().reader` of `@seaworthy/metrics`. */
  readonly readers?: readonly IMetricReader[]
}

/** Settings of the logs. */
export interface LogsOptions {
  /** Where log records go. @default OTEL_LOGS_EXPORTER, else `otlp` where an endpoint is configured, else nowhere */
  readonly exporter?: ExporterName | LogRecordExporter
}

/** Who produces the telemetry. */
export interface ServiceDescription {
  /** `service.name`. @default OTEL_SERVICE_NAME, else `unknown_service:` and the name of the runtime */
  readonly name?: string
  /** `service.version`. */
  readonly version?: string
  /** `deployment.environment.name`, such as `production`. */
  readonly environment?: string
}

/** Settings of {@link startTelemetry}. What is given here wins over the environment. */
export interface TelemetryOptions {
  readonly service?: ServiceDescription
  readonly traces?: TracesOptions
  readonly metrics?: MetricsOptions
  readonly logs?: LogsOptions
  /** Further attributes of the resource. */
  readonly resource?: Attributes
  /** How a trace crosses to other services. @default OTEL_PROPAGATORS, else `tracecontext` and `baggage` */
  readonly propagators?: readonly (PropagatorName | TextMapPropagator)[]
  /** Where telemetry reports about itself: the service's own log. @default one line to stderr each */
  readonly onError?: OnError
  /** The longest time that `shutdown()` and `forceFlush()` take. @default '2s' */
  readonly shutdownTimeout?: Duration
  /** What receives everything inside the process, such as the page of `@seaworthy/console`. */
  readonly tap?: Tap
}
