const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** The time of day here, to the millisecond: `14:03:21.047`. */
export function formatClock(milliseconds: number): string {
  return `${formatSeconds(milliseconds)}.${pad(new Date(milliseconds).getMilliseconds(), 3)}`
}

/** The time of day here: `14:03:21`. */
export function formatSeconds(milliseconds: number): string {
  const date = new Date(milliseconds)
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** How long ago something was, in its largest unit: `now`, `12 s ago`, `3 min ago`. */
export function formatAgo(milliseconds: number, now: number): string {
  const seconds = Math.floor((now - milliseconds) / 1000)
  if (seconds < 2) return 'now'
  return `${formatSpan(seconds)} ago`
}

/** A whole number of the largest unit that fits: `12 s`, `3 min`, `5 h`, `2 d`. */
export function formatSpan(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}
