import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { LogEntry, LogLevel } from '../../../src/api.ts'
import { count } from '../format/quantity.ts'
import { textOf } from '../parts/attributes.tsx'
import { Level, Service } from '../parts/badges.tsx'
import { Clock } from '../parts/clock.tsx'
import { Choice, Picker } from '../parts/choice.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { Icon } from '../parts/icon.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { type LogList, loadOlder, logList } from '../state/logs.ts'
import { isTapped } from '../state/meta.ts'
import { hrefOf, place, setQuery } from '../state/place.ts'
import { LogPanel } from './log-panel.tsx'

const levels: readonly { readonly value: '' | LogLevel; readonly text: string }[] = [
  { value: '', text: 'All' },
  { value: 'debug', text: 'Debug' },
  { value: 'info', text: 'Info' },
  { value: 'warn', text: 'Warn' },
  { value: 'error', text: 'Error' },
]

const shownElsewhere = new Set(['service', 'service.name', 'trace_id', 'span_id'])

const columns: readonly Column<LogEntry>[] = [
  { name: 'time', title: 'Time', cell: ({ time }) => <Clock time={time} /> },
  { name: 'level-cell', title: 'Level', cell: Level },
  { name: 'what', title: 'Message', cell: Message },
  { name: 'service-cell', title: 'Service', cell: ({ service }) => <Service name={service} /> },
  { name: 'trace', title: 'Trace', cell: TraceLink },
]

/** The log lines, live, the newest at the end: by level, service and words, with the fields of each. */
export function LogsView(): JSX.Element {
  const [openSeq, setOpen] = useState<number | undefined>(undefined)
  const [paused, setPaused] = useState<LogList | undefined>(undefined)
  const { query } = place.value
  const latest = logList.value
  const list = paused ?? latest
  // Other services report late: what was written first comes first, whenever it arrived.
  const rows = useMemo(
    () => (list?.logs ?? []).toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.seq - b.seq)),
    [list],
  )
  const open = rows.find(({ seq }) => seq === openSeq)
  const search = query.get('search') ?? ''
  const level = levels.find(({ value }) => value === query.get('level'))?.value ?? ''
  const filtered = search !== '' || level !== '' || query.has('service') || query.has('logger')
  const waiting = paused === undefined ? 0 : (latest?.logs.at(-1)?.seq ?? 0) - (paused.logs.at(-1)?.seq ?? 0)

  function narrow(changes: Readonly<Record<string, string>>): void {
    setPaused(undefined)
    setQuery(changes)
  }

  return (
    <section class="view" aria-label="Logs">
      <header class="toolbar">
        <h1>Logs</h1>
        <SearchBox label="Search logs" value={search} onChange={(text) => narrow({ search: text })} />
        <div class="filters">
          <Choice label="Least level" options={levels} value={level} onChange={(value) => narrow({ level: value })} />
          <Picker
            all="All services"
            label="Service"
            options={list?.facets.services ?? []}
            value={query.get('service') ?? ''}
            onChange={(service) => narrow({ service })}
          />
          <Picker
            all="All loggers"
            label="Logger"
            options={list?.facets.loggers ?? []}
            value={query.get('logger') ?? ''}
            onChange={(logger) => narrow({ logger })}
          />
          <button
            type="button"
            class="button pause"
            aria-pressed={paused !== undefined}
            onClick={() => setPaused(paused === undefined ? latest : undefined)}
          >
            <Icon name={paused === undefined ? 'pause' : 'play'} />
            {paused === undefined ? 'Pause' : `Resume${waiting > 0 ? ` (${waiting} new)` : ''}`}
          </button>
        </div>
        <p class="tally">
          {filtered && `${rows.length.toLocaleString('en')}${list?.next === undefined ? '' : '+'} of `}
          {count(list?.held ?? 0, 'line')}
        </p>
      </header>
      <div class="beside">
        <div class="fill">
          <DataTable
            label="Log lines"
            columns={columns}
            rows={rows}
            keyOf={({ seq }) => seq}
            classOf={({ level: rowLevel }) => `line-${rowLevel}`}
            onOpen={({ seq }) => setOpen(seq)}
            openKey={open?.seq}
            grows="down"
            about={query.toString()}
            onReachStart={() => void loadOlder()}
          >
            {list !== undefined && <NoLines filtered={filtered} held={list.held} />}
          </DataTable>
        </div>
        {open && <LogPanel entry={open} inTrace={false} onClose={() => setOpen(undefined)} />}
      </div>
    </section>
  )
}

function Message({ message, event, attributes, exception }: LogEntry): JSX.Element {
  const fields = Object.entries(attributes)
    .filter(([name]) => !shownElsewhere.has(name))
    .toSorted(ownFirst)
    .slice(0, 8)
  return (
    <button type="button" class="opener">
      <span class="message">{message || event || '(no message)'}</span>{' '}
      {exception && <span class="error-type">{exception.type ?? 'exception'}</span>}
      {fields.map(([name, value]) => (
        <span key={name} class="field">
          {' '}
          <span class="field-name">{name}=</span>
          {textOf(value).slice(0, 200)}
        </span>
      ))}
    </button>
  )
}

/** The line's own fields come before those that every line has. */
function ownFirst([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return Number(isGeneral(a)) - Number(isGeneral(b))
}

function isGeneral(name: string): boolean {
  return name.includes('.') || /^request_?id$/i.test(name)
}

function TraceLink({ traceId, spanId }: LogEntry): JSX.Element | null {
  if (traceId === undefined) return null
  return <a href={hrefOf('traces', traceId, { span: spanId })}>{traceId.slice(0, 8)}</a>
}

function NoLines({ filtered, held }: { readonly filtered: boolean; readonly held: number }): JSX.Element {
  if (filtered && held > 0)
    return (
      <Empty title="Nothing matches">
        <p>
          {count(held, 'line is', 'lines are')} here, and none has all of this.{' '}
          <a href={hrefOf('logs')}>Show all lines</a>
        </p>
      </Empty>
    )
  if (!isTapped())
    return (
      <Empty title="This service's log lines do not reach the console">
        <p>Hand the page to telemetry as its tap, and the lines of your logger follow:</p>
        <pre>
          <code>{`const page = consolePage()
await startTelemetry({ tap: page })`}</code>
        </pre>
      </Empty>
    )
  return (
    <Empty title="No log lines yet">
      <p>What the service logs appears here as it happens, with its fields and the way to its trace:</p>
      <pre>
        <code>{`log.info('order read', { order: 17 })`}</code>
      </pre>
    </Empty>
  )
}
