import { assemble, readPlan, type Config } from './config.ts'
import type { Problem } from './config-error.ts'
import type { Spec } from './group.ts'
import type { Entry } from './read-values.ts'
import { originOf } from './origin.ts'

/** What came of a reload. */
export interface Reload<C> {
  /** The configuration that holds now: a new frozen object, or the old one when there are problems. */
  readonly config: C
  /** The keys that have a new value, such as `db.poolSize`. */
  readonly changed: readonly string[]
  /** The keys whose variable has another value now, but that only a restart takes over. */
  readonly ignored: readonly string[]
  /** Why nothing was taken over; empty when all is well. */
  readonly problems: readonly Problem[]
}

/**
 * Reads every source again and takes over what changed in `reloadable` variables. The given configuration stays as it
 * is. With a single problem, also in a variable that is not reloadable, nothing is taken over.
 *
 * @throws {ConfigError} `ERR_CONFIG_FOREIGN` when `config()` or `reload()` did not make it.
 */
export function reload<C extends object>(config: C): Reload<C>
export function reload(config: Config<Spec>): Reload<Config<Spec>> {
  const { plan, entries: old } = originOf(config)
  const { entries: fresh, problems } = readPlan(plan)
  if (problems.length > 0) return { config, changed: [], ignored: [], problems }
  const steps = fresh.map((entry, index) => step(old[index] ?? entry, entry))
  return {
    config: assemble(
      plan,
      steps.map(({ next }) => next),
    ),
    changed: steps.filter(({ outcome }) => outcome === 'changed').map(({ next }) => next.variable.key),
    ignored: steps.filter(({ outcome }) => outcome === 'ignored').map(({ next }) => next.variable.key),
    problems,
  }
}

interface Step {
  readonly next: Entry
  readonly outcome: 'same' | 'changed' | 'ignored'
}

function step(before: Entry, after: Entry): Step {
  const same = isSame(before, after)
  if (after.variable.info.reloadable !== true) return { next: before, outcome: same ? 'same' : 'ignored' }
  // The same value keeps its identity, even when another source says it now.
  return same ? { next: { ...after, value: before.value }, outcome: 'same' } : { next: after, outcome: 'changed' }
}

/** Whether two entries hold the same value. Objects are judged by the text they were read from: a Secret tells nothing. */
function isSame(before: Entry, after: Entry): boolean {
  if (Object.is(before.raw, after.raw)) return true
  return typeof before.value !== 'object' && Object.is(before.value, after.value)
}
