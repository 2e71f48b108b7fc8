import { trace } from '@opentelemetry/api'
import { startTelemetry } from '@seaworthy/telemetry'
import { shutdown } from '@seaworthy/shutdown'

// A collector that is more patient than the service must be, where OTEL_EXPORTER_OTLP_ENDPOINT points.
const life = shutdown({ drainDelay: 0, deadline: '20s' })
const telemetry = await startTelemetry({ service: { name: 'orders' }, shutdownTimeout: '15s' })
life.last('telemetry', () => telemetry.shutdown(), { timeout: 500 })
// One that gives up with an error long after its time.
life.last(
  'late',
  async () => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    throw new Error('too late for anybody')
  },
  { timeout: 100 },
)

trace.getTracer('test').startSpan('work').end()
life.ready()
process.stdout.write('ready\n')
setInterval(() => undefined, 1000)
