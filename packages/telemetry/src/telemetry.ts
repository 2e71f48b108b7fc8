import type { Pipeline } from './pipeline.ts'
import type { Reporter } from './reporter.ts'
import type { Signal } from './signal.ts'
import type { Tap, TapSwitch } from './tap.ts'
import { within } from './within.ts'

/** Telemetry that runs. */
export interface Telemetry extends AsyncDisposable {
  /** Where each signal is exported to: `otlp`, `console`, `prometheus`, `custom`. Empty where it is not. */
  readonly exporters: Readonly<Record<Signal, readonly string[]>>
  /** Sends everything also to this tap from now on, and no longer to the one before; `undefined` ends it. */
  tap(tap: Tap | undefined): void
  /** Exports what is waiting. Never rejects, and takes `shutdownTimeout` at most: failures are reported. */
  forceFlush(): Promise<void>
  /** Exports what is waiting, and ends. Never rejects, and takes `shutdownTimeout` at most: failures are reported. */
  shutdown(): Promise<void>
}

/** What a {@link Telemetry} is made of. */
export interface TelemetryParts {
  readonly pipelines: Readonly<Partial<Record<Signal, Pipeline<unknown>>>>
  readonly tap: TapSwitch
  readonly reporter: Reporter
  /** In milliseconds. */
  readonly timeout: number
  /** Takes back what was registered in the process. */
  readonly undo: () => void
}

/** Makes the handle that `startTelemetry` returns. */
export function createTelemetry({ pipelines, tap, reporter, timeout, undo }: TelemetryParts): Telemetry {
  let ended: Promise<void> | undefined

  async function each(verb: 'forceFlush' | 'shutdown', what: string): Promise<void> {
    const failed = (error: unknown) => reporter.report('warn', `Telemetry could not be ${what}.`, { error })
    const work = Object.values(pipelines).map((pipeline) => pipeline[verb]().catch(failed))
    if (await within(timeout, Promise.all(work))) return
    reporter.report('warn', `Telemetry was not ${what} within ${timeout} ms: what was waiting may be lost.`)
  }

  async function end(): Promise<void> {
    await each('shutdown', 'shut down')
    undo()
    reporter.close()
  }

  const shutdown = () => (ended ??= end())
  return {
    exporters: {
      traces: pipelines.traces?.exporters ?? [],
      metrics: pipelines.metrics?.exporters ?? [],
      logs: pipelines.logs?.exporters ?? [],
    },
    tap: (next) => tap.set(next),
    forceFlush: () => ended ?? each('forceFlush', 'flushed'),
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  }
}
