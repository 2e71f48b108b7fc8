import type { LogEntry, SpanBar } from '../../../src/api.ts'
import type { Forest } from './forest.ts'
import type { Range } from './scale.ts'

/** A span in its place. */
export interface SpanRow {
  readonly kind: 'span'
  /** Unique among the rows, also where span ids are not. */
  readonly key: string
  readonly span: SpanBar
  readonly depth: number
  /** How many spans are below it. */
  readonly below: number
  readonly folded: boolean
  /** The span names a parent that is not here. */
  readonly orphan: boolean
}

/** A log line below the span that wrote it. */
export interface LogRow {
  readonly kind: 'log'
  readonly key: string
  readonly entry: LogEntry
  readonly depth: number
}

/** A row of the waterfall. */
export type Row = SpanRow | LogRow

/** What the rows are made of. */
export interface Planted {
  readonly spans: readonly SpanBar[]
  readonly forest: Forest
  /** Span ids whose children and log lines are left out. */
  readonly folded: ReadonlySet<string>
  /** The log lines to place. */
  readonly logs: readonly LogEntry[]
}

/** A row, or a span that becomes one. */
type Waiting = { readonly index: number; readonly depth: number } | LogRow

/** The rows from top to bottom: each span, then its log lines and children by time. Lines of unknown spans come last. */
export function rowsOf({ spans, forest, folded, logs }: Planted): Row[] {
  const rows: Row[] = []
  const linesOf = Map.groupBy(logs, ({ spanId = '' }) => spanId)
  const startOf = (each: Waiting): number =>
    'index' in each ? (spans[each.index]?.offsetMs ?? 0) : (each.entry.offsetMs ?? 0)

  const waiting: Waiting[] = forest.roots.map((index) => ({ index, depth: 0 })).toReversed()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!('index' in next)) {
      rows.push(next)
      continue
    }
    const row = spanRow(next.index, next.depth)
    if (row === undefined) continue
    rows.push(row)
    const lines = linesOf.get(row.span.spanId) ?? []
    linesOf.delete(row.span.spanId)
    if (row.folded) continue
    const depth = row.depth + 1
    const below: Waiting[] = (forest.children[next.index] ?? []).map((index) => ({ index, depth }))
    for (const entry of lines) below.push(logRow(entry, depth))
    // The last is popped first.
    for (const each of below.toSorted((a, b) => startOf(a) - startOf(b)).toReversed()) waiting.push(each)
  }
  const known = new Set(spans.map(({ spanId }) => spanId))
  for (const [spanId, lines] of linesOf) {
    if (!known.has(spanId)) for (const entry of lines) rows.push(logRow(entry, 0))
  }
  return rows

  function spanRow(index: number, depth: number): SpanRow | undefined {
    const span = spans[index]
    if (span === undefined) return undefined
    const below = forest.below[index] ?? 0
    const isFolded = folded.has(span.spanId)
    return {
      kind: 'span',
      key: `${span.spanId}/${index}`,
      span,
      depth,
      below,
      folded: isFolded,
      orphan: forest.orphans.has(index),
    }
  }
}

function logRow(entry: LogEntry, depth: number): LogRow {
  return { kind: 'log', key: `log/${entry.seq}`, entry, depth }
}

/** Whether a row has to do with a part of the time. */
export function touches(row: Row, { from, to }: Range): boolean {
  const start = row.kind === 'span' ? row.span.offsetMs : (row.entry.offsetMs ?? 0)
  const end = row.kind === 'span' ? start + row.span.durationMs : start
  return start <= to && end >= from
}
