import type { Exemplar } from './exemplars.ts'

/** The two text formats that Prometheus reads. */
export type ExpositionFormat = 'text' | 'openmetrics'

/** A sample value. */
export function floatText(value: number): string {
  return value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)
}

/** The value of an `le` label: OpenMetrics wants a float also where the boundary is an integer. */
export function boundaryText(boundary: number, format: ExpositionFormat): string {
  const text = floatText(boundary)
  return format === 'openmetrics' && /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** The text of a `HELP` line: OpenMetrics also escapes the double quote. */
export function helpText(description: string, format: ExpositionFormat): string {
  const escaped = description.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
  return format === 'openmetrics' ? escaped.replace(/"/g, '\\"') : escaped
}

/** An exemplar behind a sample; nothing where there is none. */
export function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return ''
  const { traceId, spanId, value, time } = exemplar
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${floatText(value)} ${(time / 1000).toFixed(3)}`
}

/** Joins two insides of a label set. */
export function joinLabels(first: string, second: string): string {
  return first === '' ? second : second === '' ? first : `${first},${second}`
}

/** The inside of a label set as a label set; nothing where there are no labels. */
export function braces(text: string): string {
  return text === '' ? '' : `{${text}}`
}
