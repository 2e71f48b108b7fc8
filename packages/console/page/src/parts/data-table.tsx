import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from '../state/keys.ts'
import { useAnchor } from './use-anchor.ts'
import { useRowsInView } from './use-rows-in-view.ts'

/** A column of a table. */
export interface Column<Row> {
  /** The class of its cells, which has its width; also its identity. */
  readonly name: string
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
}

/** What a table needs. */
export interface DataTableProps<Row> {
  /** What it lists. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
  readonly classOf?: (row: Row) => string
  /** A click on a row, or Enter. */
  readonly onOpen: (row: Row) => void
  /** The row that is shown beside the table. */
  readonly openKey?: string | number | undefined
  /** The end at which rows arrive: it stays in view until somebody scrolls away. */
  readonly grows: 'up' | 'down'
  /** A reason to come to that end again: what changes when the rows are others altogether. */
  readonly about?: string
  /** The first row is near: more could be read. */
  readonly onReachStart?: () => void
  /** In place of the rows, when there are none. */
  readonly children: ComponentChildren
}

/** The height of every row, which the style sheet shares. */
const rowHeight = 32
const headerHeight = 30

/** A table of any length: a link or button in its first cell opens a row, j and k go through the rows. */
export function DataTable<Row>(props: DataTableProps<Row>): JSX.Element {
  const { rows, keyOf, columns, grows } = props
  const { scroller, from, to, above, below, show } = useRowsInView(rows.length, rowHeight, headerHeight)
  const [cursor, setCursor] = useState<string | number | undefined>(undefined)
  const [away, setAway] = useState(false)
  const wantsFocus = useRef(false)
  const place = useAnchor({ scroller, rows, keyOf, rowHeight, grows, away })

  // At once: the next key may come before the browser paints.
  useLayoutEffect(() => {
    if (!wantsFocus.current || cursor === undefined) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>('tr.cursor .opener')?.focus({ preventScroll: true })
  })

  useLayoutEffect(() => {
    setAway(false)
    toEnd()
  }, [props.about])

  function toEnd(): void {
    if (scroller.current) scroller.current.scrollTop = grows === 'up' ? 0 : scroller.current.scrollHeight
  }

  function move(step: number): void {
    if (rows.length === 0) return
    const at = rows.findIndex((row) => keyOf(row) === (cursor ?? props.openKey))
    const start = grows === 'up' ? -1 : rows.length
    const next = Math.max(0, Math.min((at === -1 ? start : at) + step, rows.length - 1))
    const row = rows[next]
    if (row === undefined) return
    wantsFocus.current = true
    setCursor(keyOf(row))
    show(next)
    if (props.openKey !== undefined) props.onOpen(row)
  }

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => move(20),
    PageUp: () => move(-20),
    Home: () => move(-rows.length),
    End: () => move(rows.length),
  })

  function scrolled(): void {
    const element = scroller.current
    if (element === null) return
    const left = grows === 'up' ? element.scrollTop : element.scrollHeight - element.clientHeight - element.scrollTop
    setAway(left > rowHeight / 2)
    place.note()
    if (element.scrollTop < 10 * rowHeight) props.onReachStart?.()
  }

  return (
    <div class="table-frame">
      <div class="scroller" ref={scroller} onScroll={scrolled} tabIndex={-1}>
        <table class="data" aria-label={props.label} aria-rowcount={rows.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map(({ name, title }) => (
                <th key={name} scope="col" class={name}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${above}px` }} />}
            {rows.slice(from, to).map((row, index) => {
              const key = keyOf(row)
              const classes = [props.classOf?.(row), key === cursor && 'cursor', key === props.openKey && 'open']
              return (
                <tr
                  key={key}
                  class={classes.filter(Boolean).join(' ')}
                  aria-rowindex={from + index + 2}
                  aria-current={key === props.openKey ? 'true' : undefined}
                  onFocusCapture={() => setCursor(key)}
                  onClick={(event) => isPlain(event) && props.onOpen(row)}
                >
                  {columns.map(({ name, cell }) => (
                    <td key={name} class={name}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              )
            })}
            {below > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${below}px` }} />}
          </tbody>
        </table>
        {rows.length === 0 && props.children}
      </div>
      {away && place.fresh > 0 && (
        <button type="button" class={`fresh ${grows}`} onClick={toEnd}>
          {place.fresh.toLocaleString('en')} new {grows === 'up' ? '↑' : '↓'}
        </button>
      )}
    </div>
  )
}

/** A click that opens: not one on a link, nor the end of a selection of text. */
function isPlain(event: MouseEvent): boolean {
  const control = event.target instanceof Element ? event.target.closest('a, button') : null
  if (control !== null) return control.matches('button.opener')
  return getSelection()?.isCollapsed ?? true
}
