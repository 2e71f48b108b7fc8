import { logs, metrics, trace, type Span } from '@opentelemetry/api'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'
import { startTelemetry, type Telemetry, type TelemetryOptions, type TelemetryReport } from './index.ts'

/** Starts telemetry under chosen variables, and puts everything back. */
export interface Lab {
  /** What was reported to `onError` so far. */
  readonly reports: TelemetryReport[]
  /** Sets variables until {@link end}; every `OTEL_` variable is unset at first. */
  environment(variables: Record<string, string | undefined>): void
  start(options?: TelemetryOptions): Promise<Telemetry>
  /** To be called after each test. */
  end(): Promise<void>
}

/** Makes a {@link Lab}. */
export function createLab(): Lab {
  const before = new Map<string, string | undefined>()
  const reports: TelemetryReport[] = []
  let running: Telemetry | undefined
  function set(name: string, value: string | undefined): void {
    if (!before.has(name)) before.set(name, process.env[name])
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  function environment(variables: Record<string, string | undefined>): void {
    if (before.size === 0)
      for (const name of Object.keys(process.env)) if (/^(OTEL|K8S)_/.test(name)) set(name, undefined)
    for (const [name, value] of Object.entries(variables)) set(name, value)
  }
  return {
    reports,
    environment,
    async start(options = {}) {
      environment({})
      running = await startTelemetry({
        onError: (report) => reports.push(report),
        shutdownTimeout: '500ms',
        ...options,
      })
      return running
    },
    async end() {
      await running?.shutdown()
      running = undefined
      for (const [name, value] of before) set(name, value)
      before.clear()
      reports.length = 0
    },
  }
}

/** Emits one of each: a span named `work`, a log record `hello` inside it, and a count of 1 on `jobs`. */
export function emitEach(): Span {
  return trace.getTracer('tests').startActiveSpan('work', { attributes: { 'app.key': 'value' } }, (span) => {
    logs.getLogger('tests').emit({ body: 'hello', severityNumber: 9, attributes: { 'app.key': 'value' } })
    metrics.getMeter('tests').createCounter('jobs').add(1, { 'app.key': 'value' })
    span.end()
    return span
  })
}

/** An exporter of spans that keeps what it is given. */
export function spanStore(): { readonly exporter: SpanExporter; readonly spans: ReadableSpan[] } {
  const spans: ReadableSpan[] = []
  return {
    spans,
    exporter: {
      export(batch, done) {
        spans.push(...batch)
        done({ code: 0 })
      },
      shutdown: () => Promise.resolve(),
    },
  }
}

/** Waits until something holds, for five seconds at most. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 5000
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
