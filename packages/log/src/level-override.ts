import type { Exchange } from '@seaworthy/middleware'

/** A temporary change of level. */
export interface LevelOverride {
  readonly severity: number
  readonly when: ((x: Exchange) => boolean) | undefined
  /** What the loggers that it is for have in common; every logger when absent. */
  readonly settings: object | undefined
}

/** Whether an override is for a logger and the current request. */
export function applies(override: LevelOverride, settings: object, x: Exchange | undefined): boolean {
  if (override.settings !== undefined && override.settings !== settings) return false
  return override.when === undefined || (x !== undefined && holds(override.when, x))
}

let isAsking = false

/** A predicate of a user: false when it throws, as a line must never fail, and for what a predicate itself logs. */
export function holds(predicate: (x: Exchange) => boolean, x: Exchange): boolean {
  if (isAsking) return false
  isAsking = true
  try {
    return predicate(x)
  } catch {
    return false
  } finally {
    isAsking = false
  }
}
