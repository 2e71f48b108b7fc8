import type { JSX } from 'preact'
import type { Chart as ChartAnswer, InstrumentList } from '../../../src/api.ts'
import { Chart } from '../charts/chart.tsx'
import { count } from '../format/quantity.ts'
import { place, setQuery } from '../state/place.ts'
import { linesOf } from './lines-of.ts'
import { useAnswer } from './use-answer.ts'

/** What the list needs. */
export interface InstrumentsProps {
  readonly list: InstrumentList
  readonly parameters: Readonly<Record<string, string>>
  readonly version: string
}

/** Every instrument that was heard of; a click draws it. */
export function Instruments({ list, parameters, version }: InstrumentsProps): JSX.Element {
  const chosen = place.value.query.get('instrument') ?? ''
  return (
    <section class="charts-section">
      <h2>Instruments</h2>
      {list.dropped > 0 && <p class="note">{count(list.dropped, 'series', 'series')} had no room and are not here.</p>}
      <table class="plain-table instruments-table" aria-label="Instruments">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide">
              What it measures
            </th>
            <th scope="col">Kind</th>
            <th scope="col" class="wide">
              Unit
            </th>
            <th scope="col" class="number">
              Series
            </th>
          </tr>
        </thead>
        <tbody>
          {list.instruments.flatMap(({ name, description, kind, unit, series }) => {
            const open = name === chosen
            const choose = () => setQuery({ instrument: open ? '' : name })
            return [
              <tr key={name} class={open ? 'open' : ''} onClick={choose}>
                <td>
                  <button type="button" class="opener" aria-expanded={open}>
                    {name}
                  </button>
                </td>
                <td class="wide faint">{description}</td>
                <td>{kind}</td>
                <td class="wide faint">{unit}</td>
                <td class="number">{series}</td>
              </tr>,
              open && (
                <tr key={`${name} chart`} class="chart-row">
                  <td colSpan={5}>
                    <InstrumentChart name={name} parameters={parameters} version={version} />
                  </td>
                </tr>
              ),
            ]
          })}
        </tbody>
      </table>
    </section>
  )
}

function InstrumentChart({
  name,
  parameters,
  version,
}: Omit<InstrumentsProps, 'list'> & { readonly name: string }): JSX.Element | null {
  const { value, problem } = useAnswer<ChartAnswer>('api/metrics/series', { ...parameters, name }, version)
  if (problem) return <p class="note">{problem}</p>
  if (value?.name !== name) return null
  const more = value.more > 0 ? { note: `${value.more} more series` } : {}
  return <Chart title={value.title} unit={value.unit} axis={value.axis} lines={linesOf(value)} {...more} />
}
