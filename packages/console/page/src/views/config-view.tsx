import type { JSX } from 'preact'
import type { ConfigRow, ConfigView as Answer } from '../../../src/api.ts'
import { count } from '../format/quantity.ts'
import { Empty } from '../parts/empty.tsx'
import { Icon } from '../parts/icon.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { hrefOf, place, setQuery } from '../state/place.ts'
import { useAnswer } from './use-answer.ts'

/** The configuration as the service runs with it: each value, and where it came from. */
export function ConfigView(): JSX.Element {
  const { value, problem } = useAnswer<Answer>('api/config')
  const search = place.value.query.get('search') ?? ''
  const words = search.toLowerCase().split(/\s+/)
  const all = value?.values ?? []
  const rows = all.filter((row) => words.every((word) => textOf(row).includes(word)))
  return (
    <section class="view" aria-label="Config">
      <header class="toolbar">
        <h1>Config</h1>
        {all.length > 0 && (
          <SearchBox label="Search the configuration" value={search} onChange={(text) => setQuery({ search: text })} />
        )}
        {all.length > 0 && (
          <p class="tally">
            {rows.length < all.length && `${rows.length} of `}
            {count(all.length, 'value')}
          </p>
        )}
      </header>
      <div class="scroller" tabIndex={-1}>
        {problem && <p class="note">{problem}</p>}
        {rows.length > 0 && <ConfigTable rows={rows} />}
        {all.length > 0 && rows.length === 0 && (
          <Empty title="Nothing matches">
            <p>
              <a href={hrefOf('config')}>Show all values</a>
            </p>
          </Empty>
        )}
        {value?.available === false && (
          <Empty title="The console does not know the configuration">
            <p>Give it what was read. Secrets are redacted before they get here:</p>
            <pre>
              <code>{`const settings = config({ port: port({ default: 3000 }) })
consolePage({ config: settings })`}</code>
            </pre>
          </Empty>
        )}
        {value?.available && all.length === 0 && <Empty title="The configuration is empty" />}
      </div>
    </section>
  )
}

function ConfigTable({ rows }: { readonly rows: readonly ConfigRow[] }): JSX.Element {
  return (
    <table class="plain-table config-table" aria-label="Configuration">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Value</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <td>
              <strong>{row.key}</strong>
              {row.variable !== undefined && <code class="faint">{row.variable}</code>}
            </td>
            <td class="value">
              <Value value={row.value} />
            </td>
            <td class="source">
              {row.source ?? ''}
              {row.from !== undefined && <span class="faint">{row.from}</span>}
              {row.reloadable && <span class="faint">reloadable</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ value }: { readonly value: string }): JSX.Element {
  if (value === '') return <span class="faint">unset</span>
  if (value !== '[redacted]') return <code>{value}</code>
  return (
    <span class="redacted">
      <Icon name="lock" />
      redacted
    </span>
  )
}

function textOf({ key, variable, value, source, from }: ConfigRow): string {
  return [key, variable, value, source, from].join('\n').toLowerCase()
}
