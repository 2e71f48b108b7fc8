// A service in a process of its own: it starts telemetry, works, ends, and says what it saw as one line of JSON.
import { createRequire } from 'node:module'
import { startTelemetry } from './index.ts'
import { emitEach } from './lab.fixture.ts'

const { cache } = createRequire(import.meta.url)

/** What the service prints. */
export interface ServiceOutcome {
  readonly grpc: boolean
  /** Milliseconds that the shutdown took. */
  readonly shutdown: number
  readonly reports: readonly string[]
}

const reports: string[] = []
const telemetry = await startTelemetry({ shutdownTimeout: '300ms', onError: ({ message }) => reports.push(message) })
for (let i = 0; i < 10; i++) emitEach()
const start = performance.now()
await telemetry.shutdown()
const outcome: ServiceOutcome = {
  grpc: Object.keys(cache).some((path) => path.includes('grpc-js')),
  shutdown: performance.now() - start,
  reports,
}
console.log(JSON.stringify(outcome))
if (process.env['EXIT'] === 'now') process.exit(0)
