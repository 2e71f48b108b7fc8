import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { AggregationOption, InstrumentType, PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { OtlpProtocol } from './otlp-settings.ts'

// Each exporter is a package of its own, loaded when it is chosen: who sends over HTTP never has gRPC in memory.
// They read the endpoint, headers, compression, timeout and certificates from the environment themselves.

/** The OTLP exporter of spans for a protocol. */
export async function otlpSpanExporter(protocol: OtlpProtocol): Promise<SpanExporter> {
  if (protocol === 'grpc') return new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter()
  if (protocol === 'http/json') return new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter()
  return new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter()
}

/** The OTLP exporter of metrics for a protocol. */
export async function otlpMetricExporter(
  protocol: OtlpProtocol,
  aggregationPreference: (type: InstrumentType) => AggregationOption,
): Promise<PushMetricExporter> {
  const options = { aggregationPreference }
  if (protocol === 'grpc') {
    return new (await import('@opentelemetry/exporter-metrics-otlp-grpc')).OTLPMetricExporter(options)
  }
  if (protocol === 'http/json') {
    return new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter(options)
  }
  return new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter(options)
}

/** The OTLP exporter of log records for a protocol. */
export async function otlpLogExporter(protocol: OtlpProtocol): Promise<LogRecordExporter> {
  if (protocol === 'grpc') return new (await import('@opentelemetry/exporter-logs-otlp-grpc')).OTLPLogExporter()
  if (protocol === 'http/json') return new (await import('@opentelemetry/exporter-logs-otlp-http')).OTLPLogExporter()
  return new (await import('@opentelemetry/exporter-logs-otlp-proto')).OTLPLogExporter()
}
