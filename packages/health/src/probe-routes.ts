import { HealthError } from './health-error.ts'
import type { HealthPaths } from './health-paths.ts'
import type { Probes } from './probes.ts'

/** What a path asks for. */
export type Question = (probes: Probes) => ReturnType<Probes['health']>

/** Finds the question of a path, at the cost of one look-up for a path that asks none. */
export interface ProbeRoutes {
  readonly paths: readonly string[]
  find(path: string): Question | undefined
  /** Whether it is where a check would be that does not exist. */
  isUnknownCheck(path: string): boolean
}

/**
 * The questions by their paths.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when a probe would hide a check.
 */
export function probeRoutes(paths: Required<HealthPaths>, checks: readonly string[]): ProbeRoutes {
  const questions = new Map<string, Question>()
  if (paths.live !== false) questions.set(paths.live, (probes) => probes.live())
  if (paths.ready !== false) questions.set(paths.ready, (probes) => probes.ready())
  if (paths.startup !== false) questions.set(paths.startup, (probes) => probes.startup())
  if (paths.health !== false) addHealth(questions, paths.health, checks)
  const prefix = `${paths.health}/`
  return {
    paths: Object.freeze([...questions.keys()]),
    find: (path) => questions.get(path),
    isUnknownCheck: (path) => paths.health !== false && path.startsWith(prefix),
  }
}

function addHealth(questions: Map<string, Question>, path: string, checks: readonly string[]): void {
  questions.set(path, (probes) => probes.health())
  for (const name of checks) {
    const place = `${path}/${name}`
    if (questions.has(place)) {
      const cure = 'Rename the check, or give the probe another path.'
      throw new HealthError('ERR_HEALTH_OPTION', `${place} is the place of a probe and of the check "${name}". ${cure}`)
    }
    questions.set(place, (probes) => probes.check(name))
  }
}
