import { trace, TraceFlags, type Attributes, type Span } from '@opentelemetry/api'

/** A request that stands for the others in its bucket. */
export interface Exemplar {
  readonly traceId: string
  readonly spanId: string
  readonly value: number
  /** In milliseconds since the epoch. */
  readonly time: number
}

/**
 * Where an attribute set carries its exemplars. The SDK hands back the very object that a series was first recorded
 * with, so that they need no index, and go when the series goes.
 */
const slotsSymbol: unique symbol = Symbol.for('seaworthy.exemplars')

/** The last exemplar of each bucket of one series. */
export type ExemplarSlots = (Exemplar | undefined)[]

interface WithSlots {
  readonly [slotsSymbol]?: ExemplarSlots
}

/** One series: a frozen attribute set, which is always recorded as the same object, and its exemplars. */
export interface Series {
  readonly attributes: Attributes
  readonly exemplars: ExemplarSlots
}

/** Makes a series. Its attributes are copied and frozen. */
export function createSeries(attributes: Attributes): Series {
  const exemplars: ExemplarSlots = []
  const copy = Object.defineProperty({ ...attributes }, slotsSymbol, { value: exemplars })
  return { attributes: Object.freeze(copy), exemplars }
}

/**
 * Keeps a span as the exemplar of a bucket, when it is sampled.
 *
 * @param span - The active one unless given.
 */
export function noteExemplar(series: Series, bucket: number, value: number, span?: Span): void {
  const context = (span ?? trace.getActiveSpan())?.spanContext()
  if (context === undefined || (context.traceFlags & TraceFlags.SAMPLED) === 0) return
  series.exemplars[bucket] = { traceId: context.traceId, spanId: context.spanId, value, time: Date.now() }
}

/** The exemplars that an attribute set carries. */
export function exemplarsOf(attributes: Attributes & WithSlots): readonly (Exemplar | undefined)[] | undefined {
  return attributes[slotsSymbol]
}

/** The bucket of a value: the first boundary that is not below it. */
export function bucketOf(boundaries: readonly number[], value: number): number {
  let low = 0
  let high = boundaries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((boundaries[middle] ?? Infinity) < value) low = middle + 1
    else high = middle
  }
  return low
}
