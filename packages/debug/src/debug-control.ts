import type { InflightRequest } from './inflight.ts'
import type { LevelChange, LevelSwitch } from './level-change.ts'
import type { RecentRequest } from './recent-requests.ts'

/** What a program or a page in the same process can do without a request. Who may ask it is for them to decide. */
export interface DebugControl {
  /** Where the index page is: `/debug`. */
  readonly path: string
  /** Where a flame graph is recorded and shown: `/debug/flame`, which takes `?seconds=`. */
  readonly flamePath: string
  /**
   * Changes the level of logging for a while. It is audited.
   *
   * @throws {DebugError} `ERR_DEBUG_LEVEL` when the change cannot be made.
   */
  setLevel(change?: LevelChange): LevelSwitch
  /** Takes one change back, or all. Returns how many were. */
  revertLevel(id?: string): number
  /** The changes that hold now, the latest last. */
  levels(): readonly LevelSwitch[]
  /** The requests under way, the oldest first. */
  inflight(): readonly InflightRequest[]
  /** The requests that ended lately, the latest first. Errors are kept longer. */
  requests(): readonly RecentRequest[]
}
