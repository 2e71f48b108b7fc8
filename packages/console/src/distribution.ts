import type { ExponentialValue, HistogramValue } from './telemetry-data.ts'

/**
 * How often values fell into the buckets of a histogram. Only buckets that have something are kept: a route answers
 * in three or four of them.
 */
export interface Distribution {
  readonly count: number
  readonly sum: number
  readonly cells: ReadonlyMap<number, number>
}

/** Where buckets begin and end: bounds that were given, or powers of a base. */
export type Buckets = { readonly bounds: readonly number[] } | 'exponential'

/** Eight buckets each time the value doubles: within 5 % of the truth. Finer ones are put together, coarser ones kept. */
const scale = 3

/** How many of these buckets a coarser one is shared out among, at most. */
const widest = 8

/** The bucket of zero among the exponential ones: below all others. */
const zeroCell = -1_000_000

/** What a histogram with explicit bounds holds. */
export function ofHistogram({ buckets, count, sum }: HistogramValue): Distribution {
  const cells = new Map<number, number>()
  buckets.counts.forEach((each, index) => {
    if (each > 0) cells.set(index, each)
  })
  return { count, sum: sum ?? 0, cells }
}

/** What a histogram with exponential buckets holds. Durations and sizes are never negative. */
export function ofExponential(value: ExponentialValue): Distribution {
  const cells = new Map<number, number>()
  if (value.zeroCount > 0) cells.set(zeroCell, value.zeroCount)
  const put = (cell: number, count: number) => cells.set(cell, (cells.get(cell) ?? 0) + count)
  value.positive.bucketCounts.forEach((each, index) => {
    if (each <= 0) return
    const bucket = value.positive.offset + index
    // A coarse bucket covers several of these: it is shared out among them.
    const wide = Math.min(widest, Math.max(1, 2 ** (scale - value.scale)))
    const end = Math.ceil((bucket + 1) * 2 ** (scale - value.scale))
    for (let cell = end - wide; cell < end; cell++) put(cell, each / wide)
  })
  return { count: value.count, sum: value.sum ?? 0, cells }
}

/** What came to a cumulative distribution since an earlier one; `undefined` when it began anew in between. */
export function since(now: Distribution, before: Distribution): Distribution | undefined {
  if (now.count < before.count) return undefined
  const cells = new Map<number, number>()
  for (const [cell, count] of now.cells) {
    const more = count - (before.cells.get(cell) ?? 0)
    if (more > 0) cells.set(cell, more)
  }
  return { count: now.count - before.count, sum: Math.max(0, now.sum - before.sum), cells }
}

/** Several distributions over the same buckets as one, the parts by their shares. */
export class Mixture {
  count = 0
  sum = 0
  readonly #cells = new Map<number, number>()

  /** Adds a share of a distribution. */
  add({ count, sum, cells }: Distribution, share: number): void {
    this.count += count * share
    this.sum += sum * share
    for (const [cell, each] of cells) this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + each * share)
  }

  /**
   * The value below which a share of all values lies, evenly spread within its bucket. Beyond the last bound nothing
   * is known but the greatest value, where it is told.
   *
   * @param q - 0 to 1.
   */
  quantile(q: number, buckets: Buckets, greatest?: number): number | undefined {
    const total = this.#total()
    if (total <= 0) return undefined
    let rest = q * total
    const ordered = [...this.#cells].toSorted(([a], [b]) => a - b)
    for (const [cell, count] of ordered) {
      if (rest <= count) return within(cell, rest / count, buckets, greatest)
      rest -= count
    }
    const last = ordered.at(-1)
    return last && within(last[0], 1, buckets, greatest)
  }

  #total(): number {
    let total = 0
    for (const count of this.#cells.values()) total += count
    return total
  }
}

function within(cell: number, share: number, buckets: Buckets, greatest: number | undefined): number {
  const [low, high] = edges(cell, buckets)
  const top = Math.min(high, greatest ?? high)
  if (!Number.isFinite(top)) return low
  return top <= low ? Math.max(0, top) : low + (top - low) * share
}

function edges(cell: number, buckets: Buckets): readonly [low: number, high: number] {
  if (buckets !== 'exponential') {
    const low = cell === 0 ? 0 : (buckets.bounds[cell - 1] ?? 0)
    return [low, buckets.bounds[cell] ?? Infinity]
  }
  if (cell === zeroCell) return [0, 0]
  return [2 ** (cell / 2 ** scale), 2 ** ((cell + 1) / 2 ** scale)]
}
