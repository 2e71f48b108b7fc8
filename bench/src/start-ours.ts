import { startTelemetry } from '@seaworthy/telemetry'

process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:9'
await startTelemetry({ service: { name: 'bench' } })
