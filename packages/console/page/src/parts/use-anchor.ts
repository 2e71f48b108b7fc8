import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** What the position in a list depends on. */
export interface AnchorOptions<Row> {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
  readonly rowHeight: number
  /** The end at which rows arrive. */
  readonly grows: 'up' | 'down'
  /** Whether somebody scrolled away from that end. */
  readonly away: boolean
}

/** A position in a list that changes. */
export interface Anchor {
  /** Remembers what is at the top of the view. */
  readonly note: () => void
  /** How many rows arrived at the end since it was last in view. */
  readonly fresh: number
}

/** Keeps what is read where it is while rows come and go around it; at the end, keeps the end in view. */
export function useAnchor<Row>({ scroller, rows, keyOf, rowHeight, grows, away }: AnchorOptions<Row>): Anchor {
  const anchor = useRef<{ readonly key: string | number; readonly offset: number } | undefined>(undefined)
  const seen = useRef<string | number | undefined>(undefined)
  const placeOf = (key: string | number | undefined): number => rows.findIndex((row) => keyOf(row) === key)

  function note(): void {
    const element = scroller.current
    const row = element && rows[Math.floor(element.scrollTop / rowHeight)]
    if (element && row) anchor.current = { key: keyOf(row), offset: element.scrollTop % rowHeight }
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    if (!away) {
      const end = grows === 'up' ? rows[0] : rows.at(-1)
      seen.current = end && keyOf(end)
      if (grows === 'down') element.scrollTop = element.scrollHeight
      return
    }
    const at = placeOf(anchor.current?.key)
    if (at !== -1) element.scrollTop = at * rowHeight + (anchor.current?.offset ?? 0)
  }, [rows, away])

  const last = away ? placeOf(seen.current) : -1
  const fresh = last === -1 ? 0 : grows === 'up' ? last : rows.length - 1 - last
  return { note, fresh }
}
