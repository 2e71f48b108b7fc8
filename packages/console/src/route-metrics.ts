import type { RouteMetrics, RouteRow } from './api-metrics.ts'
import type { Buckets } from './distribution.ts'
import { numberOf, textOf } from './json-value.ts'
import type { MetricSeries } from './metric-series.ts'
import type { Instrument } from './metric-store.ts'
import { GridMixture, type TimeGrid } from './time-grid.ts'

/** The most routes that are told of. */
const mostRoutes = 200

/**
 * How the routes of services did, from the histogram `http.server.request.duration` of OpenTelemetry's conventions.
 *
 * @param service - Only this one.
 */
export function routeMetrics(instrument: Instrument | undefined, grid: TimeGrid, service?: string): RouteMetrics {
  const routes = new Map<string, RouteTally>()
  const total = new RouteTally(grid, toMilliseconds(instrument))
  for (const series of instrument?.series.values() ?? []) {
    if (service !== undefined && series.service !== service) continue
    const id = [series.service, methodOf(series), routeOf(series)].join('\n')
    const tally = routes.get(id) ?? new RouteTally(grid, toMilliseconds(instrument))
    routes.set(id, tally)
    tally.add(series)
    total.add(series)
  }
  const rows = [...routes.values()].flatMap((tally) => tally.row() ?? [])
  const busiest = rows.toSorted((a, b) => b.count - a.count)
  return { axis: grid.axis, total: total.numbers(), routes: busiest.slice(0, mostRoutes) }
}

/** What one route answered, from all series that have a part in it: one for each status. */
class RouteTally {
  readonly #grid: TimeGrid
  readonly #unit: number
  readonly #requests: GridMixture
  readonly #errors: GridMixture
  readonly #statuses: Record<string, number> = {}
  #first: MetricSeries | undefined
  #greatest: number | undefined
  #buckets: Buckets = { bounds: [] }

  constructor(grid: TimeGrid, unit: number) {
    this.#grid = grid
    this.#unit = unit
    this.#requests = new GridMixture(grid)
    this.#errors = new GridMixture(grid)
  }

  add(series: MetricSeries): void {
    const one = new GridMixture(this.#grid)
    one.add(series)
    if (one.all.count === 0) return
    this.#first ??= series
    this.#buckets = series.buckets
    if (series.greatest !== undefined) this.#greatest = Math.max(this.#greatest ?? 0, series.greatest)
    this.#requests.add(series)
    const status = statusOf(series)
    if (isError(series)) this.#errors.add(series)
    const key = status === undefined ? 'none' : String(status)
    this.#statuses[key] = (this.#statuses[key] ?? 0) + Math.round(one.all.count)
  }

  row(): RouteRow | undefined {
    if (this.#first === undefined) return undefined
    const route = routeOf(this.#first)
    return {
      service: this.#first.service,
      method: methodOf(this.#first),
      ...(route !== undefined && { route }),
      ...this.numbers(),
    }
  }

  numbers(): RouteMetrics['total'] {
    const { all, steps } = this.#requests
    const errors = this.#errors.all.count
    const perSecond = (count: number) => (count * 1000) / this.#grid.step
    const quantiles = (q: number) => steps.map((step) => this.#quantile(step, q) ?? null)
    return {
      count: Math.round(all.count),
      rate: all.count / this.#grid.seconds,
      errors: Math.round(errors),
      errorRatio: all.count === 0 ? 0 : errors / all.count,
      ...(all.count > 0 && {
        meanMs: (all.sum / all.count) * this.#unit,
        p50Ms: this.#quantile(all, 0.5) ?? 0,
        p95Ms: this.#quantile(all, 0.95) ?? 0,
        p99Ms: this.#quantile(all, 0.99) ?? 0,
      }),
      statuses: this.#statuses,
      series: {
        rate: steps.map(({ count }) => perSecond(count)),
        errors: this.#errors.steps.map(({ count }) => perSecond(count)),
        p50Ms: quantiles(0.5),
        p95Ms: quantiles(0.95),
        p99Ms: quantiles(0.99),
      },
    }
  }

  #quantile(mixture: GridMixture['all'], q: number): number | undefined {
    const value = mixture.quantile(q, this.#buckets, this.#greatest)
    return value === undefined ? undefined : value * this.#unit
  }
}

/** The convention's unit is the second; older instrumentations record milliseconds. */
function toMilliseconds(instrument: Instrument | undefined): number {
  return instrument?.unit === 'ms' ? 1 : 1000
}

function methodOf({ attributes }: MetricSeries): string {
  return textOf(attributes, 'http.request.method', 'http.method') ?? '_OTHER'
}

function routeOf({ attributes }: MetricSeries): string | undefined {
  return textOf(attributes, 'http.route')
}

function statusOf({ attributes }: MetricSeries): number | undefined {
  return numberOf(attributes, 'http.response.status_code', 'http.status_code')
}

function isError(series: MetricSeries): boolean {
  const status = statusOf(series)
  return status === undefined ? series.attributes['error.type'] !== undefined : status >= 500
}
