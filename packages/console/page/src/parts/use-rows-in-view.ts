import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** Which rows of a long list are drawn, and the room that the others leave. */
export interface RowsInView {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>
  /** The first row that is drawn. */
  readonly from: number
  /** The row after the last that is drawn. */
  readonly to: number
  /** Pixels above and below. */
  readonly above: number
  readonly below: number
  /** Brings a row into view, with a row of air around it. */
  readonly show: (index: number) => void
}

const overscan = 10

/**
 * Draws only what can be seen of a list whose rows all have one height.
 *
 * @param header Pixels at the top that a sticky header covers.
 */
export function useRowsInView(count: number, rowHeight: number, header: number): RowsInView {
  const scroller = useRef<HTMLDivElement>(null)
  const [{ top, height }, setView] = useState({ top: 0, height: 800 })

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    measure()
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])

  const show = useCallback(
    (index: number) => {
      const element = scroller.current
      if (element === null) return
      const start = index * rowHeight
      const room = element.clientHeight - header
      if (start < element.scrollTop + rowHeight) element.scrollTop = start - rowHeight
      else if (start + 2 * rowHeight > element.scrollTop + room) element.scrollTop = start + 2 * rowHeight - room
    },
    [rowHeight, header],
  )

  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), count - 1) - overscan)
  const from = first - (first % 2) // striped rows keep their stripe
  const to = Math.min(count, Math.ceil((top + height) / rowHeight) + overscan)
  return { scroller, from, to, above: from * rowHeight, below: Math.max(0, count - to) * rowHeight, show }
}
