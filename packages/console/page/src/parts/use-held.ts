import { useEffect, useRef, useState } from 'preact/hooks'

const rest = 1500

/** Rows as they were when somebody last moved over them. */
export interface Held<Row> {
  readonly rows: readonly Row[]
  /** For the element around the rows. */
  readonly handlers: { readonly onPointerMove: (event: PointerEvent) => void; readonly onPointerLeave: () => void }
}

/** Holds a list still while a mouse moves over it, so that a row does not slip away from under a click. */
export function useHeld<Row>(rows: readonly Row[]): Held<Row> {
  const [held, setHeld] = useState<readonly Row[] | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  function release(): void {
    clearTimeout(timer.current)
    setHeld(undefined)
  }

  function hold(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') return
    clearTimeout(timer.current)
    timer.current = setTimeout(release, rest)
    if (held === undefined && rows.length > 0) setHeld(rows)
  }

  return { rows: held ?? rows, handlers: { onPointerMove: hold, onPointerLeave: release } }
}
