import type { DataPoint, ExponentialHistogramValue, HistogramValue } from './metric-data.ts'

/** A histogram with upper boundaries and the number of values in each bucket: the last is above all boundaries. */
export interface Buckets {
  readonly boundaries: readonly number[]
  readonly counts: readonly number[]
  readonly count: number
  readonly sum: number | undefined
}

/** The explicit buckets of a point. */
export function bucketsOf({ value }: DataPoint<HistogramValue> | DataPoint<ExponentialHistogramValue>): Buckets {
  return 'buckets' in value ? { ...value.buckets, count: value.count, sum: value.sum } : explicit(value)
}

/** An exponential histogram as explicit buckets: the text formats have no exponential ones. */
function explicit({ scale, zeroCount, positive, negative, count, sum }: ExponentialHistogramValue): Buckets {
  const base = 2 ** (2 ** -scale)
  const boundaries: number[] = []
  const counts: number[] = []
  for (let i = negative.bucketCounts.length - 1; i >= 0; i--) {
    boundaries.push(-(base ** (negative.offset + i)))
    counts.push(negative.bucketCounts[i] ?? 0)
  }
  if (zeroCount > 0 || counts.length > 0) {
    boundaries.push(0)
    counts.push(zeroCount)
  }
  for (const [i, bucket] of positive.bucketCounts.entries()) {
    boundaries.push(base ** (positive.offset + i + 1))
    counts.push(bucket)
  }
  return { boundaries, counts: [...counts, 0], count, sum }
}
