import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { InstrumentList, RouteMetrics, RouteRow, RuntimeMetrics, TimeAxis } from '../../../src/api.ts'
import { Chart, type Line } from '../charts/chart.tsx'
import { formatDuration } from '../format/duration.ts'
import { formatRate, formatShare } from '../format/quantity.ts'
import { Choice, Picker } from '../parts/choice.tsx'
import { Empty } from '../parts/empty.tsx'
import { listen } from '../state/live.ts'
import { isTapped, meta } from '../state/meta.ts'
import { place, setQuery } from '../state/place.ts'
import { Instruments } from './instruments.tsx'
import { linesOf } from './lines-of.ts'
import { RouteMetricsTable } from './route-metrics-table.tsx'
import { useAnswer } from './use-answer.ts'

const windows = [
  { value: '5m', text: '5 min' },
  { value: '15m', text: '15 min' },
  { value: '30m', text: '30 min' },
] as const

type Series = Pick<RouteRow, 'series' | 'rate' | 'errorRatio' | 'p50Ms' | 'p95Ms' | 'p99Ms'>

/** Rate, errors and durations of all routes and of one, what the runtime does, and every other instrument. */
export function MetricsView(): JSX.Element {
  const { query } = place.value
  const window = windows.find(({ value }) => value === query.get('window'))?.value ?? '15m'
  const service = query.get('service') ?? ''
  const version = useMetricsVersion()
  const parameters = { window, service }
  const routes = useAnswer<RouteMetrics>('api/metrics/routes', parameters, version)
  const runtime = useAnswer<RuntimeMetrics>('api/metrics/runtime', parameters, version)
  const instruments = useAnswer<InstrumentList>('api/metrics', parameters, version)
  const chosen = routes.value?.routes.find((route) => keyOf(route) === query.get('route'))
  const nothing =
    routes.value?.routes.length === 0 &&
    runtime.value?.charts.length === 0 &&
    instruments.value?.instruments.length === 0

  return (
    <section class="view" aria-label="Metrics">
      <header class="toolbar">
        <h1>Metrics</h1>
        <Choice label="Time" options={windows} value={window} onChange={(value) => setQuery({ window: value })} />
        <Picker
          all="All services"
          label="Service"
          options={meta.value?.services ?? []}
          value={service}
          onChange={(value) => setQuery({ service: value, route: '' })}
        />
      </header>
      <div class="scroller" tabIndex={-1}>
        {routes.problem && <p class="note">{routes.problem}</p>}
        {nothing && <NoMetrics />}
        {routes.value && routes.value.routes.length > 0 && (
          <>
            <Figures of={chosen ?? routes.value.total} />
            <RouteCharts
              of={chosen ?? routes.value.total}
              axis={routes.value.axis}
              note={chosen && `${chosen.method} ${chosen.route ?? 'no route'}`}
            />
            <RouteMetricsTable
              routes={routes.value.routes}
              chosen={chosen && keyOf(chosen)}
              keyOf={keyOf}
              onChoose={(route) => setQuery({ route })}
            />
          </>
        )}
        {runtime.value && runtime.value.charts.length > 0 && (
          <section class="charts-section">
            <h2>Runtime</h2>
            <div class="charts">
              {runtime.value.charts.map((chart) => (
                <Chart
                  key={chart.name}
                  title={chart.title}
                  unit={chart.unit}
                  axis={chart.axis}
                  lines={linesOf(chart)}
                />
              ))}
            </div>
          </section>
        )}
        {instruments.value && instruments.value.instruments.length > 0 && (
          <Instruments list={instruments.value} parameters={parameters} version={version} />
        )}
      </div>
    </section>
  )
}

/** Six figures of a whole window. */
function Figures({ of: { rate, errorRatio, p50Ms, p95Ms, p99Ms } }: { readonly of: Series }): JSX.Element {
  const figures: readonly (readonly [name: string, value: string, tone?: string | undefined])[] = [
    ['Rate', formatRate(rate)],
    ['Errors', formatShare(errorRatio), errorRatio > 0 ? 'bad' : undefined],
    ['p50', duration(p50Ms)],
    ['p95', duration(p95Ms)],
    ['p99', duration(p99Ms)],
  ]
  return (
    <dl class="figures">
      {figures.map(([name, value, tone]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={tone}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function RouteCharts({
  of: { series },
  axis,
  note,
}: {
  readonly of: Series
  readonly axis: TimeAxis
  readonly note: string | undefined
}): JSX.Element {
  const about = note === undefined ? {} : { note }
  const rate: readonly Line[] = [
    { label: 'all', colour: '--service-0', values: series.rate, filled: true },
    { label: 'failed', colour: '--error', values: series.errors, filled: true },
  ]
  const durations: readonly Line[] = [
    { label: 'p50', colour: '--service-3', values: series.p50Ms },
    { label: 'p95', colour: '--service-0', values: series.p95Ms },
    { label: 'p99', colour: '--service-1', values: series.p99Ms },
  ]
  return (
    <div class="charts">
      <Chart title="Requests" unit="{request}/s" axis={axis} lines={rate} {...about} />
      <Chart title="Duration" unit="ms" axis={axis} lines={durations} {...about} />
    </div>
  )
}

function NoMetrics(): JSX.Element {
  return (
    <Empty title="No metrics yet">
      {!isTapped() ? (
        <>
          <p>Hand the page to telemetry as its tap, and mount metrics:</p>
          <pre>
            <code>{`const page = consolePage()
await startTelemetry({ tap: page })
app.use(page, metrics())`}</code>
          </pre>
        </>
      ) : (
        <p>
          The first points come a few seconds after the first request: rate, errors and durations of each route, and
          what the runtime does.
        </p>
      )}
    </Empty>
  )
}

function duration(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '–' : formatDuration(milliseconds)
}

function keyOf({ service, method, route = '' }: RouteRow): string {
  return `${service} ${method} ${route}`
}

/** Changes when new points are there. */
function useMetricsVersion(): string {
  const [version, setVersion] = useState('')
  useEffect(() => listen('metrics', ({ time }) => setVersion(time)), [])
  return version
}
