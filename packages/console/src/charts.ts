import type { Chart, ChartSeries, InstrumentSummary } from './api-metrics.ts'
import { jsonAttributes } from './json-value.ts'
import { sameBuckets, type MetricSeries } from './metric-series.ts'
import type { Instrument, MetricStore } from './metric-store.ts'
import { GridMixture, levels, rates, type TimeGrid } from './time-grid.ts'

/** The most lines of one chart. */
const mostLines = 20

/** The runtime's instruments in the order of their charts, by OpenTelemetry's names, and what people call them. */
const runtimeCharts: readonly (readonly [name: string, title: string])[] = [
  ['nodejs.eventloop.utilization', 'Event loop utilisation'],
  ['nodejs.eventloop.delay.p50', 'Event loop delay, p50'],
  ['nodejs.eventloop.delay.p99', 'Event loop delay, p99'],
  ['nodejs.eventloop.delay.max', 'Event loop delay, longest'],
  ['process.memory.usage', 'Memory of the process'],
  ['v8js.memory.heap.used', 'Heap in use'],
  ['jsc.memory.heap.used', 'Heap in use'],
  ['process.cpu.time', 'CPU time'],
  ['v8js.gc.duration', 'Garbage collection'],
  ['http.server.active_requests', 'Requests in flight'],
  ['process.unix.file_descriptor.count', 'Open file descriptors'],
]

/** The charts of the runtime, as far as there is something to show. */
export function runtimeMetrics(store: MetricStore, grid: TimeGrid, service?: string): Chart[] {
  return runtimeCharts.flatMap(([name, title]) => {
    const instrument = store.find(name)
    const chart = instrument && chartOf(instrument, grid, service, title)
    return chart === undefined || chart.series.length === 0 ? [] : [chart]
  })
}

/** One instrument over time. */
export function chartOf(
  instrument: Instrument,
  grid: TimeGrid,
  service?: string,
  title: string = instrument.name,
): Chart {
  const all = [...instrument.series.values()].filter((each) => service === undefined || each.service === service)
  const several = new Set(all.map((each) => each.service)).size > 1
  const shown = all.slice(0, mostLines)
  const { name, unit, kind } = instrument
  const parts = { name, title, axis: grid.axis, more: all.length - shown.length }
  const line = (series: MetricSeries, values: ChartSeries['values']): ChartSeries => ({
    label: labelOf(series, several),
    service: series.service,
    attributes: jsonAttributes(series.attributes),
    values,
  })
  if (kind === 'histogram') return { ...parts, unit, shows: 'percentiles', series: percentiles(all, grid) }
  if (kind === 'gauge') {
    return { ...parts, unit, shows: 'value', series: shown.map((each) => line(each, levels(each, grid))) }
  }
  return { ...parts, unit: `${unit}/s`, shows: 'rate', series: shown.map((each) => line(each, rates(each, grid))) }
}

/** Lines for p50, p95 and p99 over all series of a histogram that have the same buckets as the first. */
function percentiles(all: readonly MetricSeries[], grid: TimeGrid): ChartSeries[] {
  const mixture = new GridMixture(grid)
  const [first] = all
  if (first === undefined) return []
  const alike = all.filter(({ buckets }) => sameBuckets(buckets, first.buckets))
  for (const series of alike) mixture.add(series)
  const greatest = Math.max(...alike.map((each) => each.greatest ?? Infinity))
  return [50, 95, 99].map((percent) => ({
    label: `p${percent}`,
    service: first.service,
    attributes: {},
    values: mixture.steps.map((step) => step.quantile(percent / 100, first.buckets, greatest) ?? null),
  }))
}

function labelOf({ attributes, service }: MetricSeries, several: boolean): string {
  const values = Object.values(attributes).map(String).join(' ')
  return [...(several ? [service] : []), ...(values === '' ? [] : [values])].join(' ')
}

/** All instruments, by name. */
export function instrumentList(store: MetricStore, service?: string): InstrumentSummary[] {
  const summaries = [...store.instruments()].flatMap((instrument): InstrumentSummary[] => {
    const { name, description, unit, kind } = instrument
    const all = [...instrument.series.values()].filter((each) => service === undefined || each.service === service)
    if (all.length === 0) return []
    const services = [...new Set(all.map((each) => each.service))].toSorted()
    return [{ name, description, unit, kind, services, series: all.length }]
  })
  return summaries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
