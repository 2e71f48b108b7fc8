import { AggregationType, InstrumentType, type AggregationOption } from '@opentelemetry/sdk-metrics'
import { environmentText } from './environment.ts'
import type { Reporter } from './reporter.ts'
import type { Signal } from './signal.ts'

/** How OTLP is carried. */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc'

/** Where a signal is sent, and how. */
export interface OtlpTarget {
  readonly protocol: OtlpProtocol
  /** The address for HTTP; absent where the exporter reads it itself, or uses its default. */
  readonly url?: string
}

/** The value of `OTEL_EXPORTER_OTLP_<SIGNAL>_<NAME>`, else of the general `OTEL_EXPORTER_OTLP_<NAME>`. */
function otlpVariable(
  signal: Signal,
  suffix: string,
): { readonly name: string; readonly value: string; readonly general: boolean } | undefined {
  for (const [name, general] of [
    [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${suffix}`, false],
    [`OTEL_EXPORTER_OTLP_${suffix}`, true],
  ] as const) {
    const value = environmentText(name)
    if (value !== undefined) return { name, value, general }
  }
  return undefined
}

/** Whether a collector was named for this signal. */
export function hasEndpoint(signal: Signal): boolean {
  return otlpVariable(signal, 'ENDPOINT') !== undefined
}

/**
 * Where a signal is sent. An endpoint that is no URL is reported, and gives nothing: the exporter would send to its
 * default, `localhost`, instead.
 */
export function otlpTarget(signal: Signal, reporter: Reporter): OtlpTarget | undefined {
  const protocol = otlpProtocol(signal, reporter)
  const endpoint = otlpVariable(signal, 'ENDPOINT')
  if (endpoint === undefined) return { protocol }
  if (!isUrl(endpoint.value, protocol)) {
    reporter.report('error', `${endpoint.name} is no URL: write http://host:port. The ${signal} are not exported.`)
    return undefined
  }
  if (protocol === 'grpc') return { protocol }
  return { protocol, url: endpoint.general ? endpoint.value.replace(/\/?$/, `/v1/${signal}`) : endpoint.value }
}

function otlpProtocol(signal: Signal, reporter: Reporter): OtlpProtocol {
  const chosen = otlpVariable(signal, 'PROTOCOL')
  switch (chosen?.value) {
    case 'grpc':
    case 'http/json':
    case 'http/protobuf':
      return chosen.value
    case undefined:
      return 'http/protobuf'
    default:
      reporter.report(
        'warn',
        `${chosen?.name} is "${chosen?.value}": write http/protobuf, http/json or grpc. It is taken as http/protobuf.`,
      )
      return 'http/protobuf'
  }
}

function isUrl(value: string, protocol: OtlpProtocol): boolean {
  if (/^https?:\/\//i.test(value)) return URL.canParse(value)
  // gRPC takes `collector:4317` and `unix:` too.
  return protocol === 'grpc' && (value.startsWith('unix:') || URL.canParse(`https://${value}`))
}

/** The aggregation of `OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION`, which the exporters do not read. */
export function histogramAggregation(reporter: Reporter): (type: InstrumentType) => AggregationOption {
  const name = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'
  const chosen = environmentText(name)
  const exponential = chosen === 'base2_exponential_bucket_histogram'
  if (chosen !== undefined && !exponential && chosen !== 'explicit_bucket_histogram') {
    reporter.report(
      'warn',
      `${name} is "${chosen}": write explicit_bucket_histogram or base2_exponential_bucket_histogram. It is ignored.`,
    )
  }
  return (type) =>
    exponential && type === InstrumentType.HISTOGRAM
      ? { type: AggregationType.EXPONENTIAL_HISTOGRAM }
      : { type: AggregationType.DEFAULT }
}
