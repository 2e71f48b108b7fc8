import type { JSX } from 'preact'

const width = 96
const height = 22

/** How a value went, in the height of a row. Gaps stay gaps. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }): JSX.Element {
  const highest = Math.max(...values.map((value) => value ?? 0), 1e-12)
  const step = width / Math.max(1, values.length - 1)
  let pen = 'M'
  let path = ''
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = 'M'
      continue
    }
    path += `${pen}${(index * step).toFixed(1)} ${(height - 1.5 - (value / highest) * (height - 3)).toFixed(1)}`
    pen = 'L'
  }
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
