import type { AsyncLocalStorage } from 'node:async_hooks'
import type { FieldSet } from './field-set.ts'
import type { LevelOverride } from './level-override.ts'
import { severity } from './level.ts'
import type { Pipeline } from './pipeline.ts'

/** What all installed copies of this package share in one process. */
export interface LogState {
  /** Where `log` writes outside a request, once it is configured or used. */
  pipeline: Pipeline | undefined
  /** The lowest severity that any logger was made to write. */
  lowest: number
  /** No line below this severity is written by any logger: such calls return at once. */
  floor: number
  /** Temporary changes of level, the latest last. */
  readonly overrides: LevelOverride[]
  /** The ambient fields, once there have been any. */
  fields: AsyncLocalStorage<FieldSet> | undefined
}

/** The number changes when two copies of this package could no longer work on one state. */
const stateSymbol = Symbol.for('seaworthy.log/1')

const shared: typeof globalThis & { [stateSymbol]?: LogState } = globalThis

/** The shared state, made by the copy that is loaded first. */
export const logState: LogState = (shared[stateSymbol] ??= {
  pipeline: undefined,
  lowest: severity.info,
  floor: severity.info,
  overrides: [],
  fields: undefined,
})

/** Makes sure that no call of this severity and above returns at once. */
export function allowSeverity(lowest: number): void {
  logState.lowest = Math.min(logState.lowest, lowest)
  updateFloor()
}

/** Finds the floor again after overrides have changed. */
export function updateFloor(): void {
  logState.floor = Math.min(logState.lowest, ...logState.overrides.map((override) => override.severity))
}
