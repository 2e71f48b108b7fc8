import { strictEqual as equal } from 'node:assert'
import { metrics, trace } from '@opentelemetry/api'
import { startTelemetry } from '@seaworthy/telemetry'

const names = []
const telemetry = await startTelemetry({
  service: { name: 'orders', version: '1.2.3' },
  traces: { exporter: 'none' },
  tap: { onSpanEnd: (span) => void names.push(span.name) },
})
trace.getTracer('smoke').startActiveSpan('reserve', (span) => span.end())
metrics.getMeter('smoke').createCounter('orders').add(1)
equal(names.join(), 'reserve')
await telemetry.forceFlush()
await telemetry.shutdown()
console.log('ok')
