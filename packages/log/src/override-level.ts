import type { Exchange } from '@seaworthy/middleware'
import type { LevelOverride } from './level-override.ts'
import { severityOf, type LogThreshold } from './level.ts'
import { logState, updateFloor } from './log-state.ts'
import type { Logger } from './logger.ts'
import { pipelineOf } from './pipeline-logger.ts'

/** Settings of {@link overrideLevel}. */
export interface LevelOverrideOptions {
  /** The level that counts meanwhile, lower or higher than the logger's own. */
  readonly level: LogThreshold
  /** Only for requests of which this is true. Asked for each line, so that it can wait for the caller to be known. */
  readonly when?: (x: Exchange) => boolean
  /** Only for a logger, its parents and its children. @default every logger */
  readonly logger?: Logger
}

/**
 * Changes the level while the process runs. Of several changes that apply, the latest counts.
 *
 * @returns A function that takes the change back.
 * @throws {LogError} `ERR_LOG_LEVEL` when the level is unknown.
 * @throws {LogError} `ERR_LOG_LOGGER` when the logger was not made by `createLogger`.
 */
export function overrideLevel(options: LevelOverrideOptions): () => void {
  const override: LevelOverride = {
    severity: severityOf(options.level),
    when: options.when,
    settings: options.logger && pipelineOf(options.logger).settings,
  }
  logState.overrides.push(override)
  updateFloor()
  return function takeBack() {
    const place = logState.overrides.indexOf(override)
    if (place >= 0) logState.overrides.splice(place, 1)
    updateFloor()
  }
}
