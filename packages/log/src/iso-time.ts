let cachedSecond = Number.NaN
let cachedText = ''

/** The largest distance from the epoch that a Date can express, in milliseconds. */
const farthest = 8.64e15

/** ISO 8601 in UTC with milliseconds. What is no date becomes the epoch. The text of a second is made once. */
export function isoTime(milliseconds: number): string {
  if (!(Math.abs(milliseconds) <= farthest)) return isoTime(0)
  const second = Math.floor(milliseconds / 1000)
  if (second !== cachedSecond) {
    cachedText = wholeSecond(second)
    cachedSecond = second
  }
  return `${cachedText}${String(Math.trunc(milliseconds - second * 1000)).padStart(3, '0')}Z`
}

function wholeSecond(second: number): string {
  const text = new Date(Math.max(second * 1000, -farthest)).toISOString()
  return text.slice(0, text.lastIndexOf('.') + 1)
}
