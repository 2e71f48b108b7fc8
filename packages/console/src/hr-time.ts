import type { HrTime } from './telemetry-data.ts'

/** Milliseconds since 1970, with fractions: exact to a quarter of a microsecond. */
export function toMs([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6
}

/** Milliseconds from one time to another, to the nanosecond. */
export function msBetween(from: HrTime, to: HrTime): number {
  return (to[0] - from[0]) * 1000 + (to[1] - from[1]) / 1e6
}

/** How long something took, in milliseconds. A clock that was set back meanwhile makes it nothing, not less. */
export function durationOf({ startTime, endTime }: { readonly startTime: HrTime; readonly endTime: HrTime }): number {
  return Math.max(0, msBetween(startTime, endTime))
}

/** Whether a time is the earlier one. */
export function isBefore(a: HrTime, b: HrTime): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
}

/** The most that a date can hold, by ECMAScript. */
const lastDate = 8.64e15

/** ISO 8601 in UTC. A time that no calendar has, which only a broken sender gives, is the beginning of 1970. */
export function toIso(milliseconds: number): string {
  const valid = Number.isFinite(milliseconds) && Math.abs(milliseconds) <= lastDate
  return new Date(valid ? milliseconds : 0).toISOString()
}
