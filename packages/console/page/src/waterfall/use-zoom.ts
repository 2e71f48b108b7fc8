import { useRef, useState } from 'preact/hooks'
import type { Range } from './scale.ts'

/** The part of the time that is shown, and how to choose another by dragging over it. */
export interface Zoom {
  readonly range: Range
  readonly zoomed: boolean
  readonly set: (range: Range | undefined) => void
  /** What is being chosen now. */
  readonly chosen: Range | undefined
  /** Handlers for an element as wide as `over`. */
  readonly drag: (over: Range) => DragHandlers
}

/** The handlers of an element that is dragged over. */
export interface DragHandlers {
  readonly onPointerDown: (event: PointerEvent) => void
  readonly onPointerMove: (event: PointerEvent) => void
  readonly onPointerUp: (event: PointerEvent) => void
  readonly onDblClick: () => void
}

/** Zoom into a trace of a duration. Dragging chooses a part, a double click shows everything again. */
export function useZoom(durationMs: number): Zoom {
  const [range, set] = useState<Range | undefined>(undefined)
  const [chosen, setChosen] = useState<Range | undefined>(undefined)
  const start = useRef<number | undefined>(undefined)

  const drag = (over: Range): DragHandlers => ({
    onPointerDown(event) {
      if (event.button !== 0 || !(event.currentTarget instanceof Element)) return
      event.currentTarget.setPointerCapture(event.pointerId)
      start.current = momentOf(event, over)
    },
    onPointerMove(event) {
      if (start.current === undefined) return
      const moment = momentOf(event, over)
      setChosen({ from: Math.min(start.current, moment), to: Math.max(start.current, moment) })
    },
    onPointerUp() {
      start.current = undefined
      setChosen(undefined)
      if (chosen !== undefined && chosen.to - chosen.from > (over.to - over.from) / 200) set(chosen)
    },
    onDblClick: () => set(undefined),
  })
  const whole = { from: 0, to: durationMs }
  return { range: range ?? whole, zoomed: range !== undefined, set, chosen, drag }
}

function momentOf(event: PointerEvent, { from, to }: Range): number {
  if (!(event.currentTarget instanceof Element)) return from
  const { left, width } = event.currentTarget.getBoundingClientRect()
  const share = Math.max(0, Math.min(1, (event.clientX - left) / width))
  return from + share * (to - from)
}
