import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { AggregationOption, InstrumentType, PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { OtlpTarget } from './otlp-settings.ts'

// Each exporter is a package of its own, loaded when it is chosen: who sends over HTTP never has gRPC in memory.
// They read headers, compression, timeout and certificates from the environment themselves, and gRPC its endpoint.

/** The OTLP exporter of spans for a target. */
export async function otlpSpanExporter({ protocol, ...address }: OtlpTarget): Promise<SpanExporter> {
  if (protocol === 'grpc') return new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter()
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter(address)
}

/** The OTLP exporter of metrics for a target. */
export async function otlpMetricExporter(
  { protocol, ...address }: OtlpTarget,
  aggregationPreference: (type: InstrumentType) => AggregationOption,
): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } =
    protocol === 'grpc'
      ? await import('@opentelemetry/exporter-metrics-otlp-grpc')
      : protocol === 'http/json'
        ? await import('@opentelemetry/exporter-metrics-otlp-http')
        : await import('@opentelemetry/exporter-metrics-otlp-proto')
  return new OTLPMetricExporter({ ...address, aggregationPreference })
}

/** The OTLP exporter of log records for a target. */
export async function otlpLogExporter({ protocol, ...address }: OtlpTarget): Promise<LogRecordExporter> {
  if (protocol === 'grpc') return new (await import('@opentelemetry/exporter-logs-otlp-grpc')).OTLPLogExporter()
  const { OTLPLogExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-logs-otlp-http')
      : await import('@opentelemetry/exporter-logs-otlp-proto')
  return new OTLPLogExporter(address)
}
