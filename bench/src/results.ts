import type { RequestCase, ValueCase } from './cases.ts'

/** One line of the printed array. */
export type Result = RequestResult | ValueResult

interface Place {
  readonly runtime: 'node' | 'bun'
  readonly harness: 'mocked' | 'http'
  readonly case: string
}

interface RequestResult extends Place {
  readonly us: number
  readonly overheadUs: number
  readonly peer?: string
  readonly peerOverheadUs?: number
  readonly ratio?: number
}

interface ValueResult extends Place {
  readonly value: number
  readonly unit: string
  readonly peerValue: number
  readonly ratio: number
}

/** The least microseconds of each variant. */
export type Times = ReadonlyMap<string, number>

/** Sets a case beside `bare` and its peer. */
export function requestResult(place: Omit<Place, 'case'>, each: RequestCase, times: Times): Result {
  const us = timeOf(times, each.name)
  const bare = timeOf(times, 'bare')
  const result = { ...place, case: each.name, us: round(us), overheadUs: round(us - bare) }
  if (each.peer === undefined) return result
  const peerOverheadUs = timeOf(times, each.peer) - bare
  return {
    ...result,
    peer: each.peer,
    peerOverheadUs: round(peerOverheadUs),
    ratio: round((us - bare) / peerOverheadUs),
  }
}

/** Sets a figure beside the best of its peers. */
export function valueResult(place: Omit<Place, 'case'>, each: ValueCase, figures: Times): Result {
  const value = timeOf(figures, each.name)
  const peerValue = Math.min(...each.peers.map((peer) => timeOf(figures, peer)))
  return {
    ...place,
    case: each.name,
    value: round(value),
    unit: each.unit,
    peerValue: round(peerValue),
    ratio: round(value / peerValue),
  }
}

function timeOf(times: Times, name: string): number {
  const time = times.get(name)
  if (time === undefined) throw new Error(`${name} was not measured`)
  return time
}

function round(figure: number): number {
  return Math.round(figure * 1_000) / 1_000
}

/** A table for people: "over noop" is what the documentation of a package calls "over the core". */
export function table(results: readonly Result[]): string {
  const noop = new Map(results.flatMap((each) => (each.case === 'noop' && 'us' in each ? [[key(each), each.us]] : [])))
  const rows = results.map((each) =>
    'us' in each
      ? [
          ...head(each),
          `${each.us.toFixed(2)} us`,
          each.overheadUs.toFixed(2),
          over(each.us, noop.get(key(each))),
          each.peer ?? '',
          each.peerOverheadUs?.toFixed(2) ?? '',
          each.ratio?.toFixed(2) ?? '',
        ]
      : [
          ...head(each),
          `${each.value.toFixed(2)} ${each.unit}`,
          '',
          '',
          'best peer',
          each.peerValue.toFixed(2),
          each.ratio.toFixed(2),
        ],
  )
  return align([
    ['runtime', 'harness', 'case', 'measured', 'over bare', 'over noop', 'peer', 'peer over bare', 'ratio'],
    ...rows,
  ])
}

function key({ runtime, harness }: Place): string {
  return `${runtime} ${harness}`
}

function head(place: Place): string[] {
  return [place.runtime, place.harness, place.case]
}

function over(us: number, noop: number | undefined): string {
  return noop === undefined ? '' : (us - noop).toFixed(2)
}

function align(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
