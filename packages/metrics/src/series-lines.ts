import { bucketOf, exemplarsOf, type Exemplar } from './exemplars.ts'
import { boundaryText, braces, exemplarText, floatText, joinLabels, type ExpositionFormat } from './exposition-text.ts'
import type { Family, FamilyPart } from './families.ts'
import { bucketsOf, type Buckets } from './histogram-buckets.ts'
import { labels } from './prometheus-labels.ts'

/** One series: its labels, which no other series of the family may have, and its lines. */
export interface SeriesLines {
  readonly labels: string
  readonly lines: string
}

/** The series that one meter contributes to a family. */
export function* seriesLines(family: Family, part: FamilyPart, format: ExpositionFormat): Generator<SeriesLines, void> {
  const { scope, data } = part
  const { family: name } = family.name
  if (data.dataPointType === 2 || data.dataPointType === 3) {
    const full = family.type === 'counter' ? `${name}_total` : name
    for (const { attributes, value } of data.dataPoints) {
      const text = joinLabels(scope, labels(attributes))
      const exemplar = family.type === 'counter' && format === 'openmetrics' ? exemplarsOf(attributes)?.[0] : undefined
      yield { labels: text, lines: `${full}${braces(text)} ${floatText(value)}${exemplarText(exemplar)}\n` }
    }
    return
  }
  const boundaryLabels = rememberLast((boundaries: readonly number[]) =>
    boundaries.map((boundary) => boundaryText(boundary, format)),
  )
  for (const point of data.dataPoints) {
    const text = joinLabels(scope, labels(point.attributes, 'le'))
    const buckets = bucketsOf(point)
    const exemplars = format === 'openmetrics' ? placed(exemplarsOf(point.attributes), buckets.boundaries) : undefined
    yield { labels: text, lines: histogramLines(name, text, buckets, boundaryLabels(buckets.boundaries), exemplars) }
  }
}

function histogramLines(
  name: string,
  text: string,
  { counts, count, sum }: Buckets,
  boundaries: readonly string[],
  exemplars: readonly (Exemplar | undefined)[] | undefined,
): string {
  const start = `${name}_bucket{${text}${text === '' ? '' : ','}le="`
  let below = 0
  let lines = ''
  for (const [i, boundary] of boundaries.entries()) {
    below += counts[i] ?? 0
    lines += `${start}${boundary}"} ${below}${exemplarText(exemplars?.[i])}\n`
  }
  lines += `${start}+Inf"} ${count}${exemplarText(exemplars?.[boundaries.length])}\n`
  if (sum !== undefined) lines += `${name}_sum${braces(text)} ${floatText(sum)}\n`
  return `${lines}${name}_count${braces(text)} ${count}\n`
}

/**
 * The newest exemplar of each bucket. They are placed by their value, as a view may have given the instrument other
 * boundaries than it was made with.
 */
function placed(
  exemplars: readonly (Exemplar | undefined)[] | undefined,
  boundaries: readonly number[],
): readonly (Exemplar | undefined)[] | undefined {
  if (exemplars === undefined || exemplars.length === 0) return undefined
  const result: (Exemplar | undefined)[] = []
  for (const exemplar of exemplars) {
    if (exemplar === undefined) continue
    const bucket = bucketOf(boundaries, exemplar.value)
    if ((result[bucket]?.time ?? 0) <= exemplar.time) result[bucket] = exemplar
  }
  return result
}

/** Remembers the result for the last argument: all points of a metric share one array of boundaries. */
function rememberLast<Argument extends object, Result>(compute: (of: Argument) => Result): (of: Argument) => Result {
  let last: { readonly of: Argument; readonly result: Result } | undefined
  return (of) => {
    if (last?.of !== of) last = { of, result: compute(of) }
    return last.result
  }
}
