import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { SpanBar, Trace } from '../../../src/api.ts'
import { formatDuration } from '../format/duration.ts'
import { count } from '../format/quantity.ts'
import { formatClock } from '../format/time.ts'
import { Service, Status } from '../parts/badges.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Empty } from '../parts/empty.tsx'
import { Icon } from '../parts/icon.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { useKeys } from '../state/keys.ts'
import { go, hrefOf, place, setQuery } from '../state/place.ts'
import { type TraceState, useSpanDetail, useTrace } from '../state/trace.ts'
import { plant } from '../waterfall/forest.ts'
import { Minimap } from '../waterfall/minimap.tsx'
import { type Row, rowsOf, type SpanRow, touches } from '../waterfall/rows.ts'
import { useZoom } from '../waterfall/use-zoom.ts'
import { Waterfall } from '../waterfall/waterfall.tsx'
import { LogPanel } from './log-panel.tsx'
import { SpanPanel } from './span-panel.tsx'

const manySpans = 40

/** One trace: its waterfall across services with the log lines in place, and everything about what is chosen in it. */
export function TraceView(): JSX.Element {
  const id = place.value.id ?? ''
  const { trace, logs, problem } = useTrace(id)
  if (trace !== undefined) return <Shown id={id} trace={trace} logs={logs} />
  return (
    <section class="view" aria-label="Trace">
      <header class="toolbar">
        <Back />
        <h1>Trace</h1>
        <code class="trace-id">{id}</code>
      </header>
      {problem !== undefined && (
        <Empty title={problem.status === 404 ? 'This trace is not here' : 'The trace could not be read'}>
          <p>
            {problem.status === 404
              ? 'It may not have arrived yet, was not sampled, or made room for newer ones. The page looks for it again for a while.'
              : problem.message}
          </p>
          <p>
            <a href={hrefOf('requests')}>All requests</a>
          </p>
        </Empty>
      )}
    </section>
  )
}

type ShownProps = Pick<TraceState, 'logs'> & { readonly id: string; readonly trace: Trace }

function Shown({ id, trace, logs }: ShownProps): JSX.Element {
  const { query } = place.value
  const search = query.get('search') ?? ''
  const withLogs = query.get('logs') !== '0'
  const chosen = query.get('log') ? `log/${query.get('log')}` : query.get('span')
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const zoom = useZoom(trace.durationMs)

  const forest = useMemo(() => plant(trace.spans), [trace])
  const all = useMemo(
    () => rowsOf({ spans: trace.spans, forest, folded, logs: withLogs ? logs : [] }),
    [trace, forest, folded, logs, withLogs],
  )
  const { zoomed, range } = zoom
  const rows = useMemo(
    () => (zoomed ? all.filter((row) => touches(row, range)) : all),
    [all, zoomed, range.from, range.to],
  )
  const found = useMemo(() => matching(rows, search), [rows, search])
  const open = rows.find((row) => row.key === chosen || (row.kind === 'span' && row.span.spanId === chosen))
  const errors = trace.spans.filter((span) => span.error)

  function choose(row: Row | undefined): void {
    if (row === undefined) return
    setQuery(row.kind === 'span' ? { span: row.span.spanId, log: '' } : { span: '', log: String(row.entry.seq) })
  }

  function fold({ span, below }: SpanRow, to = !folded.has(span.spanId)): void {
    const next = new Set(folded)
    if (to && below > 0) next.add(span.spanId)
    else next.delete(span.spanId)
    setFolded(next)
  }

  function step(by: number): void {
    const at = open === undefined ? -1 : rows.indexOf(open)
    choose(rows[Math.max(0, Math.min(at + by, rows.length - 1))])
  }

  /** The next row for which something holds, around the end. */
  function seek(holds: (row: Row) => boolean): void {
    const at = open === undefined ? -1 : rows.indexOf(open)
    choose(rows.slice(at + 1).find(holds) ?? rows.find(holds))
  }

  const nextFound = () => seek((row) => found?.has(row.key) ?? false)
  const close = () => setQuery({ span: '', log: '' })
  useKeys({
    Escape: () => (open === undefined ? go(hrefOf('requests')) : close()),
    j: () => step(1),
    k: () => step(-1),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    PageDown: () => step(20),
    PageUp: () => step(-20),
    Home: () => step(-rows.length),
    End: () => step(rows.length),
    ArrowLeft: () => open?.kind === 'span' && fold(open, true),
    ArrowRight: () => open?.kind === 'span' && fold(open, false),
    e: () => seek((row) => row.kind === 'span' && row.span.error),
    n: nextFound,
    l: () => setQuery({ logs: withLogs ? '0' : '' }),
    z: () => zoom.set(undefined),
  })

  return (
    <section class="view" aria-label="Trace">
      <TraceHeader id={id} trace={trace} />
      <div class="toolbar trace-tools">
        <SearchBox
          label="Find in this trace"
          value={search}
          onChange={(text) => setQuery({ search: text })}
          onEnter={nextFound}
        />
        {found && <p class="tally">{found.size.toLocaleString('en')} found</p>}
        <label class="tick">
          <input
            type="checkbox"
            checked={withLogs}
            onChange={(event) => setQuery({ logs: event.currentTarget.checked ? '' : '0' })}
          />
          {count(logs.length, 'log line')}
        </label>
        {zoom.zoomed && (
          <button type="button" class="button" onClick={() => zoom.set(undefined)}>
            Show all {formatDuration(trace.durationMs)}
          </button>
        )}
      </div>
      {errors.length > 0 && (
        <ErrorLine traceId={id} errors={errors} onOpen={(span) => setQuery({ span: span.spanId, log: '' })} />
      )}
      {trace.spans.length > manySpans && <Minimap spans={trace.spans} durationMs={trace.durationMs} zoom={zoom} />}
      <div class="beside">
        <div class="fill">
          <Waterfall rows={rows} zoom={zoom} openKey={open?.key} onOpen={choose} onFold={fold} found={found} />
        </div>
        {open?.kind === 'span' && (
          <SpanPanel traceId={id} spanId={open.span.spanId} name={open.span.name} onClose={close} />
        )}
        {open?.kind === 'log' && <LogPanel entry={open.entry} inTrace onClose={close} />}
      </div>
    </section>
  )
}

function Back(): JSX.Element {
  return (
    <a class="back" href={hrefOf('requests')} aria-label="All requests" title="All requests (esc)">
      <Icon name="back" />
    </a>
  )
}

function TraceHeader({ id, trace }: { readonly id: string; readonly trace: Trace }): JSX.Element {
  const [root] = trace.spans
  const notes = [
    trace.missing.length > 0 && `${count(trace.missing.length, 'parent')} not here`,
    trace.dropped > 0 && `${count(trace.dropped, 'span')} dropped`,
  ].filter(Boolean)
  return (
    <header class="toolbar trace-header">
      <Back />
      <h1>{root?.name ?? 'Trace'}</h1>
      {root?.status !== undefined && <Status status={root.status} error={root.error} />}
      <strong class="trace-duration">{formatDuration(trace.durationMs)}</strong>
      <span class="trace-services">
        {trace.services.map((service) => (
          <Service key={service} name={service} />
        ))}
      </span>
      <p class="trace-facts">
        <span>{count(trace.spans.length, 'span')}</span>
        {notes.map((note) => (
          <span key={String(note)}>{note}</span>
        ))}
        <time dateTime={trace.time}>{formatClock(Date.parse(trace.time))}</time>
        <span class="trace-id">
          <code title={id}>{id}</code>
          <CopyButton text={id} label="Copy the trace id" />
        </span>
      </p>
    </header>
  )
}

/** What failed first, from the inside: the last span that has an error is where it came from. */
function ErrorLine({
  traceId,
  errors,
  onOpen,
}: {
  readonly traceId: string
  readonly errors: readonly SpanBar[]
  readonly onOpen: (span: SpanBar) => void
}): JSX.Element {
  const withException = errors.findLast(({ events }) => events?.some(([, exception]) => exception))
  const origin = withException ?? errors.at(-1)
  const detail = useSpanDetail(traceId, origin?.spanId)
  const exception = detail?.details.find((event) => event.exception)?.exception
  const type = exception?.type ?? detail?.attributes['error.type']
  const words = [type, exception?.message ?? detail?.statusMessage].filter(Boolean).join(': ')
  return (
    <button type="button" class="error-line" onClick={() => origin && onOpen(origin)}>
      <Icon name="alert" />
      <strong>{count(errors.length, 'error')}</strong>
      <span class="words">{exception ? words : [origin?.name, words].filter(Boolean).join(' · ')}</span>
      <span class="of">{origin?.service}</span>
    </button>
  )
}

function matching(rows: readonly Row[], search: string): ReadonlySet<string> | undefined {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return undefined
  return new Set(rows.filter((row) => words.every((word) => textOfRow(row).includes(word))).map(({ key }) => key))
}

function textOfRow(row: Row): string {
  if (row.kind === 'log') return `${row.entry.message}\n${row.entry.level}\n${row.entry.service}`.toLowerCase()
  const { name, service, kind, status, spanId, error } = row.span
  return `${name}\n${service}\n${kind}\n${status ?? ''}\n${spanId}\n${error ? 'error' : ''}`.toLowerCase()
}
