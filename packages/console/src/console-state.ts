import type { ResolvedConsole } from './console-options.ts'
import type { HealthHistory } from './health-history.ts'
import type { LiveStreams } from './live-streams.ts'
import type { OwnTelemetry } from './own-telemetry.ts'
import type { TelemetryStore } from './telemetry-store.ts'

/** What the answers of one console are made of. */
export interface ConsoleState {
  readonly options: ResolvedConsole
  /** Changes with the process. */
  readonly boot: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly store: TelemetryStore
  readonly own: OwnTelemetry
  readonly health: HealthHistory
  readonly streams: LiveStreams
}
