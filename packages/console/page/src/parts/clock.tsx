import type { JSX } from 'preact'
import { formatClock } from '../format/time.ts'

/** A time of day; where there is little room, without milliseconds. */
export function Clock({ time }: { readonly time: string }): JSX.Element {
  const text = formatClock(Date.parse(time))
  const dot = text.lastIndexOf('.')
  return (
    <time dateTime={time} title={time}>
      {text.slice(0, dot)}
      <span class="fraction">{text.slice(dot)}</span>
    </time>
  )
}
