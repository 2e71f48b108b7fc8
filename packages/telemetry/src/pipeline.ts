import type { Resource } from '@opentelemetry/resources'
import type { Choice, ChosenExporter } from './chosen-exporters.ts'
import type { ExportWatch, WatchedExporter } from './export-watch.ts'
import type { Reporter } from './reporter.ts'
import type { Signal } from './signal.ts'

/** What the pipelines of the three signals are made with. */
export interface PipelineParts {
  readonly resource: Resource
  readonly reporter: Reporter
  readonly watch: ExportWatch
}

/** A provider of a signal and what leaves it. */
export interface Pipeline<Provider> {
  readonly provider: Provider
  /** The names of the exporters: `otlp`, `console`, `prometheus`, `custom`. */
  readonly exporters: readonly string[]
  /** Exports what is waiting. */
  forceFlush(): Promise<void>
  /** Exports what is waiting, and ends. */
  shutdown(): Promise<void>
}

/** What every provider of the SDK can do. */
interface Provider {
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/** Puts a provider and its exporters together. */
export function createPipeline<P extends Provider>(
  provider: P,
  exporters: readonly string[],
  inFlight: readonly Pick<WatchedExporter<never>, 'forceFlush'>[],
): Pipeline<P> {
  return {
    provider,
    exporters,
    async forceFlush() {
      await provider.forceFlush()
      // A provider waits for what it hands over now, not for an export that a timer began before.
      await Promise.all(inFlight.map((exporter) => exporter.forceFlush()))
    },
    async shutdown() {
      await provider.shutdown()
    },
  }
}

/** Makes each chosen exporter. One that cannot be made is reported and left out: the service starts without it. */
export async function makeExporters<Custom, Made>(
  signal: Signal,
  { exporters }: Choice<Custom>,
  reporter: Reporter,
  make: (chosen: ChosenExporter<Custom>) => Promise<Made>,
): Promise<{ readonly kind: string; readonly made: Made }[]> {
  const made: { kind: string; made: Made }[] = []
  for (const chosen of exporters) {
    try {
      made.push({ kind: chosen.kind, made: await make(chosen) })
    } catch (error) {
      reporter.report('error', `The ${chosen.kind} exporter of ${signal} cannot be made.`, { error })
    }
  }
  return made
}
