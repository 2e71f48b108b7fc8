import type { JSX } from 'preact'
import type { RequestSummary } from '../../../src/api.ts'
import { formatDuration } from '../format/duration.ts'
import { count } from '../format/quantity.ts'
import { Service, Status } from '../parts/badges.tsx'
import { Clock } from '../parts/clock.tsx'
import { Choice, Picker } from '../parts/choice.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { Empty } from '../parts/empty.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { useHeld } from '../parts/use-held.ts'
import { go, hrefOf, place, setQuery } from '../state/place.ts'
import { matchingRequests, outcomes, readFilter, type Outcome } from '../state/request-filter.ts'
import { mostRequests, requests } from '../state/requests.ts'
import { RequestsEmpty } from './requests-empty.tsx'

const columns: readonly Column<RequestSummary>[] = [
  { name: 'time', title: 'Time', cell: (request) => <Clock time={request.time} /> },
  { name: 'method', title: 'Method', cell: (request) => request.method ?? <span class="kind">{request.kind}</span> },
  { name: 'what', title: 'Route', cell: What },
  { name: 'status-cell', title: 'Status', cell: ({ status, error }) => <Status status={status} error={error} /> },
  { name: 'duration', title: 'Duration', cell: ({ durationMs }) => formatDuration(durationMs) },
  { name: 'principal', title: 'Principal', cell: ({ principal }) => principal ?? '' },
  { name: 'service-cell', title: 'Service', cell: ({ service }) => <Service name={service} /> },
  { name: 'amount', title: 'Spans', cell: ({ spans }) => spans.toLocaleString('en') },
  { name: 'trace', title: 'Trace', cell: ({ traceId }) => traceId.slice(0, 8) },
]

/** The list of requests, live: search, filters, and a way into the trace of each. */
export function RequestsView(): JSX.Element {
  const all = requests.value
  const filter = readFilter(place.value.query)
  const held = useHeld(all ?? [])
  const rows = matchingRequests(held.rows, filter)
  const seen = all ?? []
  const distinct = (name: 'method' | 'service') => [...new Set(seen.flatMap((each) => each[name] ?? []))].toSorted()

  return (
    <section class="view" aria-label="Requests">
      <header class="toolbar">
        <h1>Requests</h1>
        <SearchBox label="Search requests" value={filter.search} onChange={(search) => setQuery({ search })} />
        <div class="filters">
          <Choice<Outcome>
            label="Status"
            options={outcomes}
            value={filter.outcome}
            onChange={(status) => setQuery({ status })}
          />
          <Picker
            all="All methods"
            label="Method"
            options={distinct('method')}
            value={filter.method}
            onChange={(method) => setQuery({ method })}
          />
          <Picker
            all="All services"
            label="Service"
            options={distinct('service')}
            value={filter.service}
            onChange={(service) => setQuery({ service })}
          />
          <label class="tick" title="Requests that another request of the same trace made">
            <input
              type="checkbox"
              checked={filter.nested}
              onChange={(event) => setQuery({ nested: event.currentTarget.checked ? '1' : '' })}
            />
            Nested
          </label>
        </div>
        <p class="tally">
          {rows.length < seen.length ? `${rows.length.toLocaleString('en')} of ` : ''}
          {count(seen.length, 'request')}
          {seen.length === mostRequests ? ' (the newest)' : ''}
        </p>
      </header>
      <div class="fill" {...held.handlers}>
        <DataTable
          label="Requests"
          columns={columns}
          rows={rows}
          keyOf={({ seq }) => seq}
          classOf={({ error, status = 0 }) => (error || status >= 500 ? 'failed' : '')}
          onOpen={({ traceId, spanId }) => go(hrefOf('traces', traceId, { span: spanId }))}
          grows="up"
          about={JSON.stringify(filter)}
        >
          {all !== undefined &&
            (seen.length === 0 ? (
              <RequestsEmpty />
            ) : (
              <Empty title="Nothing matches">
                <p>
                  {count(seen.length, 'request is', 'requests are')} here, and none has all of this.{' '}
                  <a href={hrefOf('requests')}>Show all requests</a>
                </p>
              </Empty>
            ))}
        </DataTable>
      </div>
    </section>
  )
}

function What({ traceId, spanId, route, path, name, errorType, error }: RequestSummary): JSX.Element {
  const main = route ?? path ?? name
  return (
    <a class="opener" href={hrefOf('traces', traceId, { span: spanId })}>
      <span class="route">{main}</span> {path !== undefined && path !== main && <span class="path">{path}</span>}{' '}
      {error && errorType !== undefined && !/^\d+$/.test(errorType) && <span class="error-type">{errorType}</span>}
    </a>
  )
}
