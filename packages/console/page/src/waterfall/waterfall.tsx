import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { formatDuration } from '../format/duration.ts'
import { Icon } from '../parts/icon.tsx'
import { useRowsInView } from '../parts/use-rows-in-view.ts'
import { serviceColour } from '../state/meta.ts'
import type { LogRow, Row, SpanRow } from './rows.ts'
import { formatTick, percent, type Range, ticks } from './scale.ts'
import type { Zoom } from './use-zoom.ts'

/** What a waterfall needs. */
export interface WaterfallProps {
  readonly rows: readonly Row[]
  readonly zoom: Zoom
  /** The row that is shown beside it. */
  readonly openKey: string | undefined
  readonly onOpen: (row: Row) => void
  readonly onFold: (row: SpanRow) => void
  /** Rows that the search found; undefined without a search. */
  readonly found: ReadonlySet<string> | undefined
}

const rowHeight = 28
const headerHeight = 30

/** The spans of a trace as bars over its time, nested, with the log lines in their place. Only what is in view is drawn. */
export function Waterfall(props: WaterfallProps): JSX.Element {
  const { rows, zoom, openKey } = props
  const { scroller, from, to, above, below, show } = useRowsInView(rows.length, rowHeight, headerHeight)
  const shownKey = useRef<string | undefined>(undefined)

  useLayoutEffect(() => {
    if (shownKey.current === openKey) return
    const at = rows.findIndex(({ key }) => key === openKey)
    if (at === -1) return
    shownKey.current = openKey
    show(at)
  }, [openKey, rows])

  useLayoutEffect(() => {
    const focused = document.activeElement
    if (focused !== null && scroller.current?.contains(focused) && focused.matches('.opener'))
      scroller.current.querySelector<HTMLElement>('tr.open .opener')?.focus({ preventScroll: true })
  }, [openKey])

  const marks = ticks(zoom.range)
  return (
    <div class="scroller" ref={scroller} tabIndex={-1}>
      <table class="waterfall" role="treegrid" aria-label="Waterfall" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="span-name">
              Span
            </th>
            <th scope="col" class="span-length">
              Duration
            </th>
            <th scope="col" class="span-time">
              <span class="unseen">Time</span>
              <div class="lane" {...zoom.drag(zoom.range)}>
                {marks
                  .filter((mark) => percent(mark, zoom.range) < 92)
                  .map((mark) => (
                    <span key={mark} class="mark-label" style={{ left: `${percent(mark, zoom.range)}%` }}>
                      {formatTick(mark, zoom.range)}
                    </span>
                  ))}
                {zoom.chosen && <Chosen chosen={zoom.chosen} range={zoom.range} />}
              </div>
            </th>
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${above}px` }} />}
          {rows.slice(from, to).map((row, index) => (
            <WaterfallRow key={row.key} row={row} index={from + index} marks={marks} {...props} />
          ))}
          {below > 0 && <tr class="spacer" aria-hidden="true" style={{ height: `${below}px` }} />}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = WaterfallProps & { readonly row: Row; readonly index: number; readonly marks: readonly number[] }

function WaterfallRow({ row, index, marks, zoom, openKey, onOpen, onFold, found }: RowProps): JSX.Element {
  const open = row.key === openKey
  const classes = [`row-${row.kind}`, open && 'open', found && (found.has(row.key) ? 'found' : 'faded')]
  return (
    <tr
      class={classes.filter(Boolean).join(' ')}
      aria-rowindex={index + 2}
      aria-level={row.depth + 1}
      aria-expanded={row.kind === 'span' && row.below > 0 ? !row.folded : undefined}
      aria-selected={open}
      data-span={row.kind === 'span' ? row.span.spanId : undefined}
      onClick={(event) => !(event.target instanceof Element && event.target.closest('.fold')) && onOpen(row)}
    >
      <td class="span-name">
        <div class="nested" style={{ '--depth': String(Math.min(row.depth, 24)) }}>
          {row.kind === 'span' ? <SpanName row={row} onFold={onFold} /> : <LogName row={row} />}
        </div>
      </td>
      <td class="span-length">{row.kind === 'span' ? formatDuration(row.span.durationMs) : ''}</td>
      <td class="span-time">
        <div class="lane">
          {marks.map((mark) => (
            <i key={mark} class="grid-line" style={{ left: `${percent(mark, zoom.range)}%` }} />
          ))}
          {row.kind === 'span' ? <Bar row={row} range={zoom.range} /> : <Moment row={row} range={zoom.range} />}
        </div>
      </td>
    </tr>
  )
}

function SpanName({ row, onFold }: { readonly row: SpanRow; readonly onFold: (row: SpanRow) => void }): JSX.Element {
  const { span, below, folded, orphan } = row
  return (
    <>
      {below > 0 ? (
        <button
          type="button"
          class="fold"
          tabIndex={-1}
          aria-label={folded ? 'Unfold' : 'Fold'}
          onClick={() => onFold(row)}
        >
          <Icon name={folded ? 'next' : 'down'} />
        </button>
      ) : (
        <i class="fold" />
      )}
      <i class={`swatch ${serviceColour(span.service)}`} />
      <button type="button" class="opener" title={`${span.service} · ${span.name}`}>
        {span.error && <span class="failed-mark" role="img" aria-label="error" />}
        <span class="what">{span.name}</span>
        {span.status !== undefined && <span class="span-status">{span.status}</span>}
        <span class="of">{span.service}</span>
        {orphan && <span class="of">parent not here</span>}
        {folded && below > 0 && <span class="of">+{below.toLocaleString('en')}</span>}
      </button>
    </>
  )
}

function LogName({ row: { entry } }: { readonly row: LogRow }): JSX.Element {
  return (
    <>
      <i class="fold" />
      <button type="button" class="opener" title={entry.message}>
        <span class={`level ${entry.level}`}>{entry.level}</span>
        <span class="what">{entry.message}</span>
      </button>
    </>
  )
}

function Bar({ row: { span }, range }: { readonly row: SpanRow; readonly range: Range }): JSX.Element | null {
  const left = percent(span.offsetMs, range)
  const right = percent(span.offsetMs + span.durationMs, range)
  const shownLeft = Math.max(0, left)
  const width = Math.min(100, right) - shownLeft
  if (right < 0 || left > 100) return null
  return (
    <>
      <div
        class={`bar ${serviceColour(span.service)}${span.error ? ' failed' : ''}`}
        style={{ left: `${shownLeft}%`, width: `${width}%` }}
      />
      {span.events?.map(([offsetMs, exception], index) => (
        <i
          key={index}
          class={exception ? 'event exception-mark' : 'event'}
          style={{ left: `${percent(offsetMs, range)}%` }}
        />
      ))}
    </>
  )
}

function Moment({ row: { entry }, range }: { readonly row: LogRow; readonly range: Range }): JSX.Element | null {
  const left = percent(entry.offsetMs ?? 0, range)
  return left < 0 || left > 100 ? null : <i class={`moment ${entry.level}`} style={{ left: `${left}%` }} />
}

function Chosen({ chosen, range }: { readonly chosen: Range; readonly range: Range }): JSX.Element {
  const left = percent(chosen.from, range)
  return <i class="chosen" style={{ left: `${left}%`, width: `${percent(chosen.to, range) - left}%` }} />
}
