import type { TimeAxis } from './api-metrics.ts'
import { Mixture, type Distribution } from './distribution.ts'
import { toIso } from './hr-time.ts'
import { metricStep, type MetricLimits } from './metric-store.ts'
import type { Measured, MetricSeries } from './metric-series.ts'

/** The most points of a chart. */
const mostPoints = 180

/** The time of a chart in equal steps, the last of which is now. */
export class TimeGrid {
  readonly start: number
  readonly step: number
  readonly points: number

  /**
   * @param window - How far back, in milliseconds.
   * @param limits - What is held at all.
   */
  constructor(now: number, window: number, limits: Pick<MetricLimits, 'time'>) {
    const length = Math.max(metricStep, Math.min(window, limits.time))
    this.step = Math.ceil(length / mostPoints / metricStep) * metricStep
    this.points = Math.ceil(length / this.step)
    const end = Math.ceil(now / this.step) * this.step
    this.start = end - this.points * this.step
  }

  /** The axis as the page reads it. */
  get axis(): TimeAxis {
    return { start: toIso(this.start), stepMs: this.step, points: this.points }
  }

  /** All of its time, in seconds. */
  get seconds(): number {
    return (this.points * this.step) / 1000
  }

  /** Calls `take` for each step that a measurement falls into, with the share that does. */
  spread({ from, to }: Measured, take: (index: number, share: number) => void): void {
    const first = Math.max(0, Math.floor((from - this.start) / this.step))
    // What ends exactly with a step belongs to it.
    const last = Math.min(this.points - 1, Math.ceil((to - this.start) / this.step) - 1)
    if (last < first) {
      if (to === from && last >= 0 && last === first - 1) take(last, 1)
      return
    }
    for (let index = first; index <= last; index++) {
      const begin = Math.max(from, this.start + index * this.step)
      const end = Math.min(to, this.start + (index + 1) * this.step)
      take(index, to > from ? (end - begin) / (to - from) : 1)
    }
  }
}

/** The distributions of several series over a grid: one mixture for each step, and one for all. */
export class GridMixture {
  readonly steps: readonly Mixture[]
  readonly all: Mixture = new Mixture()
  readonly #grid: TimeGrid

  constructor(grid: TimeGrid) {
    this.#grid = grid
    this.steps = Array.from({ length: grid.points }, () => new Mixture())
  }

  /** Adds a series of a histogram. */
  add({ points }: MetricSeries): void {
    for (const point of points) {
      const { value } = point
      if (typeof value === 'number') continue
      this.#grid.spread(point, (index, share) => this.#take(index, value, share))
    }
  }

  #take(index: number, value: Distribution, share: number): void {
    this.steps[index]?.add(value, share)
    this.all.add(value, share)
  }
}

/** Increases over a grid, as a rate a second; `null` where nothing was measured. */
export function rates(series: MetricSeries, grid: TimeGrid): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: grid.points }, () => null)
  for (const point of series.points) {
    const { value } = point
    if (typeof value !== 'number') continue
    grid.spread(point, (index, share) => {
      values[index] = (values[index] ?? 0) + (value * share * 1000) / grid.step
    })
  }
  return values
}

/** The values of a gauge over a grid, the last of each step. */
export function levels(series: MetricSeries, grid: TimeGrid): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: grid.points }, () => null)
  for (const { to, value } of series.points) {
    const index = Math.min(grid.points - 1, Math.floor((to - grid.start) / grid.step))
    if (index >= 0 && typeof value === 'number') values[index] = value
  }
  return values
}
