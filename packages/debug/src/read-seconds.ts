import { refused } from './answer-debug.ts'

const usual = 10

/** How long to record, as `?seconds=` says; else the answer that says what to write. */
export function readSeconds(query: URLSearchParams, most: number): number | Response {
  const given = query.get('seconds')
  if (given === null) return Math.min(usual, most)
  const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(given) ? Number(given) : 0
  if (seconds > 0 && seconds <= most) return seconds
  return refused(400, `Write ?seconds= with a number above 0 and up to ${most}.`)
}
