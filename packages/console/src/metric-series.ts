import { ofExponential, ofHistogram, since, type Buckets, type Distribution } from './distribution.ts'
import { toMs } from './hr-time.ts'
import type { GivenAttributes, MetricData, PointData } from './telemetry-data.ts'

/** What a series measures: a value as it stands, how much was counted, or how values were distributed. */
export type SeriesKind = 'gauge' | 'counter' | 'histogram'

/** What was measured from one time to another, in milliseconds. */
export interface Measured {
  readonly from: number
  readonly to: number
  /** The value of a gauge, the increase of a counter, the distribution of a histogram. */
  readonly value: number | Distribution
}

/** What a point weighs, and each bucket that has something: estimates, in bytes. */
const pointBytes = 120
const cellBytes = 40

/** One series: an instrument of a service with one set of attributes. */
export class MetricSeries {
  readonly service: string
  readonly attributes: GivenAttributes
  readonly kind: SeriesKind
  #points: Measured[] = []
  #bytes = 0
  buckets: Buckets = { bounds: [] }
  /** The greatest value that the sender told of. */
  greatest: number | undefined
  #told = 0
  #last: { readonly start: number; readonly value: number | Distribution } | undefined

  constructor(service: string, attributes: GivenAttributes, kind: SeriesKind) {
    this.service = service
    this.attributes = attributes
    this.kind = kind
  }

  /** Until when it has been told of, in milliseconds since 1970; 0 before the first time. */
  get told(): number {
    return this.#told
  }

  /** The points, the oldest first. */
  get points(): readonly Measured[] {
    return this.#points
  }

  /** An estimate of what its points take. */
  get bytes(): number {
    return this.#bytes
  }

  /** Forgets the points that end before a time. */
  forget(before: number): void {
    const [oldest] = this.#points
    if (oldest === undefined || oldest.to >= before) return
    const keep = this.#points.findIndex(({ to }) => to >= before)
    this.#put(keep === -1 ? [] : this.#points.slice(keep))
  }

  /**
   * Takes a point.
   *
   * @param earliest - When this sender told of this instrument before: what is new came after that.
   * @param step - Points that begin within so many milliseconds of each other become one.
   */
  add(point: PointData, cumulative: boolean, earliest: number, step: number): void {
    const start = toMs(point.startTime)
    const to = toMs(point.endTime)
    const value = this.#read(point)
    const told = this.#told
    this.#told = to
    if (this.kind === 'gauge') {
      this.#append({ from: to, to, value }, step)
      return
    }
    const before = this.#last
    const same = cumulative && before !== undefined && before.start === start
    const more = same ? increase(value, before.value) : value
    if (cumulative) this.#last = { start, value }
    const from = Math.min(to, Math.max(start, told, earliest))
    this.#append({ from, to, value: more ?? value }, step)
  }

  #read({ value }: PointData): number | Distribution {
    if (typeof value === 'number') return value
    if (value.max !== undefined) this.greatest = Math.max(this.greatest ?? value.max, value.max)
    if ('buckets' in value) {
      this.#use({ bounds: value.buckets.boundaries })
      return ofHistogram(value)
    }
    this.#use('exponential')
    return ofExponential(value)
  }

  /** What was counted in other buckets cannot be added to these. */
  #use(buckets: Buckets): void {
    if (sameBuckets(this.buckets, buckets)) return
    this.buckets = buckets === 'exponential' ? buckets : { bounds: [...buckets.bounds] }
    this.#put([])
    this.#last = undefined
  }

  #append(point: Measured, step: number): void {
    if (isNothing(point.value) && this.kind !== 'gauge') return
    const last = this.#points.at(-1)
    const together = last !== undefined && point.to - last.from < step
    const added = together && this.kind !== 'gauge' ? joined(last, point) : point
    if (together) {
      this.#points.pop()
      this.#bytes -= bytesOf(last)
    }
    this.#points.push(added)
    this.#bytes += bytesOf(added)
  }

  #put(points: Measured[]): void {
    this.#points = points
    this.#bytes = points.reduce((sum, point) => sum + bytesOf(point), 0)
  }
}

function bytesOf({ value }: Measured): number {
  return typeof value === 'number' ? pointBytes : pointBytes + value.cells.size * cellBytes
}

function increase(now: number | Distribution, before: number | Distribution): number | Distribution | undefined {
  if (typeof now === 'number') return typeof before === 'number' && now >= before ? now - before : undefined
  return typeof before === 'number' ? undefined : since(now, before)
}

function isNothing(value: number | Distribution): boolean {
  return typeof value === 'number' ? value === 0 : value.count === 0
}

function joined(a: Measured, b: Measured): Measured {
  return { from: a.from, to: Math.max(a.to, b.to), value: sum(a.value, b.value) }
}

function sum(a: number | Distribution, b: number | Distribution): number | Distribution {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b)
  const cells = new Map(a.cells)
  for (const [cell, count] of b.cells) cells.set(cell, (cells.get(cell) ?? 0) + count)
  return { count: a.count + b.count, sum: a.sum + b.sum, cells }
}

/** Whether what fell into the one can be added to the other. */
export function sameBuckets(a: Buckets, b: Buckets): boolean {
  if (a === 'exponential' || b === 'exponential') return a === b
  return a.bounds.length === b.bounds.length && a.bounds.every((bound, index) => bound === b.bounds[index])
}

/** What kind of series a metric has. A sum that may fall is shown as it stands. */
export function kindOf({ dataPointType, isMonotonic }: MetricData): SeriesKind {
  if (dataPointType === 0 || dataPointType === 1) return 'histogram'
  return dataPointType === 3 && isMonotonic === true ? 'counter' : 'gauge'
}
