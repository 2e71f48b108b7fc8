import type { Quota } from './policy.ts'

/*
 * The generic cell rate algorithm in its second form, the continuous-state leaky bucket (ITU-T I.371, Annex A).
 *
 * A level is held in units times the milliseconds of the window: a unit raises it by `window`, a millisecond lowers it
 * by `limit`. All of these are integers, so that no rounding ever gives or takes a unit.
 */

/** What a level has sunk to after so many milliseconds. */
export function levelAfter(level: number, elapsed: number, { limit }: Quota): number {
  return Math.max(0, level - elapsed * limit)
}

/** Whether so many units still fit. A cost of 0 asks whether there is one. */
export function fits(level: number, cost: number, quota: Quota): boolean {
  return level + unitsAsked(cost) * quota.window <= quota.capacity
}

/** The level when so many units have been taken. */
export function levelWith(level: number, cost: number, quota: Quota): number {
  return level + cost * quota.window
}

/** How many units are left. */
export function unitsLeft(level: number, { capacity, window }: Quota): number {
  return Math.max(0, Math.floor((capacity - level) / window))
}

/** Milliseconds until so many units are left; `Infinity` when there are never so many. */
export function millisecondsUntil(units: number, level: number, { burst, capacity, limit, window }: Quota): number {
  if (units > burst) return Infinity
  return Math.max(0, Math.ceil((level + units * window - capacity) / limit))
}

/** How many units must be there for a cost. */
export function unitsAsked(cost: number): number {
  return Math.max(cost, 1)
}
