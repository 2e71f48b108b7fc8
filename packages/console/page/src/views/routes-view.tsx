import type { JSX } from 'preact'
import type { RouteEntry, RouteView } from '../../../src/api.ts'
import { count } from '../format/quantity.ts'
import { Choice } from '../parts/choice.tsx'
import { Empty } from '../parts/empty.tsx'
import { SearchBox } from '../parts/search-box.tsx'
import { hrefOf, place, setQuery } from '../state/place.ts'
import { useAnswer } from './use-answer.ts'

const kinds = [
  { value: '', text: 'All' },
  { value: 'open', text: 'Open' },
  { value: 'guarded', text: 'Guarded' },
] as const

/** Every route of the service with the policy that holds for it. */
export function RoutesView(): JSX.Element {
  const { value, problem } = useAnswer<RouteView>('api/routes')
  const { query } = place.value
  const search = query.get('search') ?? ''
  const kind = kinds.find((each) => each.value === query.get('kind'))?.value ?? ''
  const all = value?.routes ?? []
  const rows = all.filter((route) => matches(route, search, kind))
  const withPolicies = all.some(({ policy }) => policy !== undefined)
  return (
    <section class="view" aria-label="Routes">
      <header class="toolbar">
        <h1>Routes</h1>
        {all.length > 0 && (
          <SearchBox label="Search routes" value={search} onChange={(text) => setQuery({ search: text })} />
        )}
        {withPolicies && (
          <Choice label="Policy" options={kinds} value={kind} onChange={(next) => setQuery({ kind: next })} />
        )}
        {all.length > 0 && (
          <p class="tally">
            {rows.length < all.length && `${rows.length} of `}
            {count(all.length, 'route')}
          </p>
        )}
      </header>
      <div class="scroller" tabIndex={-1}>
        {problem && <p class="note">{problem}</p>}
        {rows.length > 0 && <RouteTable rows={rows} withPolicies={withPolicies} />}
        {all.length > 0 && rows.length === 0 && (
          <Empty title="Nothing matches">
            <p>
              <a href={hrefOf('routes')}>Show all routes</a>
            </p>
          </Empty>
        )}
        {value?.available === false && (
          <Empty title="The console does not know the routes">
            <p>Give it the list; with security, each comes with the policy that holds for it:</p>
            <pre>
              <code>{`consolePage({ routes: () => policy.routes(app) })`}</code>
            </pre>
          </Empty>
        )}
        {value?.available && all.length === 0 && <Empty title="There are no routes" />}
      </div>
    </section>
  )
}

function RouteTable({
  rows,
  withPolicies,
}: {
  readonly rows: readonly RouteEntry[]
  readonly withPolicies: boolean
}): JSX.Element {
  return (
    <table class="plain-table routes-table" aria-label="Routes">
      <thead>
        <tr>
          <th scope="col">Method</th>
          <th scope="col">Path</th>
          {withPolicies && <th scope="col">Policy</th>}
          {withPolicies && (
            <th scope="col" class="wide">
              From
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ method, path, policy, level }, index) => (
          <tr key={`${index} ${method} ${path}`}>
            <td class="method">{method}</td>
            <td class="path-cell">
              <a
                href={hrefOf('requests', undefined, { search: path === '*' ? '' : path.replace(/\*.*$/, '') })}
                title="Requests of this route"
              >
                {path}
              </a>
            </td>
            {withPolicies && (
              <td>
                {policy === undefined ? (
                  ''
                ) : (
                  <span class={policy === 'none' ? 'policy open' : 'policy'}>
                    {policy === 'none' ? 'open' : policy}
                  </span>
                )}
              </td>
            )}
            {withPolicies && <td class="faint wide">{level ?? ''}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function matches({ method, path, policy = '' }: RouteEntry, search: string, kind: string): boolean {
  if (kind !== '' && (policy === 'none') !== (kind === 'open')) return false
  const text = `${method} ${path} ${policy}`.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
