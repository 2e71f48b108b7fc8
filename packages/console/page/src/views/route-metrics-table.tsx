import type { JSX } from 'preact'
import type { RouteRow } from '../../../src/api.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { formatDuration } from '../format/duration.ts'
import { formatRate, formatShare } from '../format/quantity.ts'
import { Service } from '../parts/badges.tsx'

/** What the table needs. */
export interface RouteMetricsTableProps {
  readonly routes: readonly RouteRow[]
  /** The key of the route that the charts show. */
  readonly chosen: string | undefined
  readonly keyOf: (route: RouteRow) => string
  /** A route's key, or '' for all routes. */
  readonly onChoose: (key: string) => void
}

/** Each route's rate, errors and percentiles; a click shows the charts of one. */
export function RouteMetricsTable({ routes, chosen, keyOf, onChoose }: RouteMetricsTableProps): JSX.Element {
  const several = new Set(routes.map(({ service }) => service)).size > 1
  return (
    <section class="charts-section">
      <h2>
        Routes
        {chosen !== undefined && (
          <button type="button" class="button" onClick={() => onChoose('')}>
            Show all routes
          </button>
        )}
      </h2>
      <table class="plain-table metrics-table" aria-label="Metrics of routes">
        <thead>
          <tr>
            <th scope="col">Route</th>
            {several && (
              <th scope="col" class="wide">
                Service
              </th>
            )}
            <th scope="col" class="wide" aria-label="Rate over time" />
            <th scope="col" class="number">
              Rate
            </th>
            <th scope="col" class="number">
              Errors
            </th>
            <th scope="col" class="number wide">
              p50
            </th>
            <th scope="col" class="number">
              p95
            </th>
            <th scope="col" class="number wide">
              p99
            </th>
          </tr>
        </thead>
        <tbody>
          {routes.map((route) => {
            const key = keyOf(route)
            return (
              <tr key={key} class={key === chosen ? 'open' : ''} onClick={() => onChoose(key === chosen ? '' : key)}>
                <td>
                  <button type="button" class="opener" aria-pressed={key === chosen}>
                    <span class="method">{route.method}</span> {route.route ?? <span class="faint">no route</span>}
                  </button>
                </td>
                {several && (
                  <td class="wide">
                    <Service name={route.service} />
                  </td>
                )}
                <td class="wide spark-cell">
                  <Sparkline values={route.series.rate} />
                </td>
                <td class="number">{formatRate(route.rate)}</td>
                <td class={route.errors > 0 ? 'number bad' : 'number'}>{formatShare(route.errorRatio)}</td>
                <td class="number wide">{duration(route.p50Ms)}</td>
                <td class="number">{duration(route.p95Ms)}</td>
                <td class="number wide">{duration(route.p99Ms)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function duration(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '–' : formatDuration(milliseconds)
}
