import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import UPlot from 'uplot'
import type { TimeAxis } from '../../../src/api.ts'
import { formatQuantity } from '../format/quantity.ts'
import { formatSeconds } from '../format/time.ts'
import { colourOf, colours } from '../state/theme.ts'

/** One line of a chart. */
export interface Line {
  readonly label: string
  /** The custom property that has its colour. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  /** Whether the area below it is tinted. */
  readonly filled?: boolean
}

/** What a chart needs. */
export interface ChartProps {
  readonly title: string
  /** UCUM, or a rate such as `{request}/s`. */
  readonly unit: string
  readonly axis: TimeAxis
  readonly lines: readonly Line[]
  /** A note beside the title. */
  readonly note?: string
}

const height = 148

/** Lines over time with a legend that reads the values under the pointer, of all charts at once. */
export function Chart({ title, unit, axis, lines, note }: ChartProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | undefined>(undefined)
  const [at, setAt] = useState<number | undefined>(undefined)
  const version = colours.value
  const shape = JSON.stringify([unit, version, lines.map(({ label, colour }) => [label, colour])])
  const data = dataOf(axis, lines)

  useEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    const made = new UPlot(optionsOf(element.clientWidth, unit, lines, setAt), data, element)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape])

  useEffect(() => plot.current?.setData(data), [axis.start, axis.points, lines])

  const last = axis.points - 1
  const shown = at !== undefined && at <= last ? at : lastMeasured(lines, last)
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {note !== undefined && <span class="faint">{note}</span>}
        <time>{at === undefined ? '' : formatSeconds((data[0][shown] ?? 0) * 1000)}</time>
      </figcaption>
      <div ref={frame} class="plot" role="img" aria-label={`${title} over time`} />
      <ul class="legend">
        {lines.map(({ label, colour, values }) => (
          <li key={label}>
            <i class={`dot ${colour.slice(2)}`} />
            <span class="legend-label" title={label}>
              {label}
            </span>
            <span class="legend-value">{valueOf(values[shown], unit)}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

function valueOf(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? '–' : formatQuantity(value, unit)
}

/** The newest point that any line has: the last interval is often still empty. */
function lastMeasured(lines: readonly Line[], last: number): number {
  for (let index = last; index >= 0; index -= 1) {
    if (lines.some(({ values }) => values[index] !== null && values[index] !== undefined)) return index
  }
  return last
}

function dataOf({ start, stepMs, points }: TimeAxis, lines: readonly Line[]): [number[], ...(number | null)[][]] {
  const first = Date.parse(start) / 1000
  const times = Array.from({ length: points }, (_, index) => first + ((index + 1) * stepMs) / 1000)
  return [times, ...lines.map(({ values }) => times.map((_, index) => values[index] ?? null))]
}

function optionsOf(
  width: number,
  unit: string,
  lines: readonly Line[],
  onPoint: (at: number | undefined) => void,
): UPlot.Options {
  const text = colourOf('--text-faint')
  const grid = { stroke: colourOf('--line'), width: 1 }
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'console' }, points: { size: 6 } },
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
    scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), high ? high * 1.12 : 1] } },
    axes: [
      {
        stroke: text,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 22,
        space: 70,
        values: (_, marks) => marks.map((mark) => formatSeconds(mark * 1000).slice(0, 5)),
      },
      {
        stroke: text,
        font,
        grid,
        ticks: { show: false },
        size: 58,
        space: 34,
        values: (_, marks) => marks.map((mark) => axisMark(mark, unit)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, colour, filled }) => {
        const stroke = colourOf(colour)
        return {
          label,
          stroke,
          width: 1.5,
          points: { show: false },
          ...(filled ? { fill: withAlpha(stroke, 0.12) } : {}),
        }
      }),
    ],
  }
}

function axisMark(value: number, unit: string): string {
  return value === 0
    ? '0'
    : formatQuantity(value, unit)
        .replace(/(\.\d*?)0+(?=\s|$)/, '$1')
        .replace(/\.(?=\s|$)/, '')
}

function withAlpha(colour: string, alpha: number): string {
  return colour.replace(/^rgb\((.*)\)$/, `rgb($1 / ${alpha})`).replaceAll(', ', ' ')
}
