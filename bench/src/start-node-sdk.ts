import { NodeSDK } from '@opentelemetry/sdk-node'

process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:9'
process.env['OTEL_METRICS_EXPORTER'] = 'otlp'
process.env['OTEL_LOGS_EXPORTER'] = 'otlp'
new NodeSDK({ serviceName: 'bench' }).start()
