import type { Chart } from '../../../src/api.ts'
import type { Line } from '../charts/chart.tsx'

/** The lines of a chart, in the colours of the page. A single line is tinted. */
export function linesOf({ series, title }: Chart): Line[] {
  const filled = series.length === 1
  return series.map(({ label, values }, index) => ({
    label: label || title,
    colour: `--service-${index % 8}`,
    values,
    filled,
  }))
}
