import { computed, type ReadonlySignal, signal } from '@preact/signals'

/** The views that the navigation lists, in its order. */
export const views = ['requests', 'logs', 'metrics', 'health', 'routes', 'map', 'config'] as const

/** A view of the page. A trace has its own, which the navigation does not list. */
export type View = (typeof views)[number] | 'traces'

/** Where the page is: what its address says after the `#`. */
export interface Place {
  readonly view: View
  /** The trace id of `#/traces/<id>`. */
  readonly id: string | undefined
  readonly query: URLSearchParams
}

const hash = signal(location.hash)

/** Where the page is now. */
export const place: ReadonlySignal<Place> = computed(() => parsePlace(hash.value))

/** Reads an address: `#/traces/4bf9…?span=00f0…`. What is unknown is the first view. */
function parsePlace(text: string): Place {
  const at = text.indexOf('?')
  const path = at === -1 ? text : text.slice(0, at)
  const query = new URLSearchParams(at === -1 ? '' : text.slice(at))
  const [name, id] = path.replace(/^#\/?/, '').split('/')
  const view = name === 'traces' && id ? 'traces' : (views.find((each) => each === name) ?? 'requests')
  return { view, id: view === 'traces' ? id : undefined, query }
}

/** The address of a view, to be a link's `href`. Empty values are left out. */
export function hrefOf(view: View, id?: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const search = new URLSearchParams(given).toString()
  return `#/${view}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`
}

/** Goes to an address; the browser's Back returns. */
export function go(href: string): void {
  location.hash = href
}

/** Changes values of the address without a new entry in the history: for filters, which change with every key. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const { view, id, query } = place.value
  history.replaceState(null, '', hrefOf(view, id, { ...Object.fromEntries(query), ...changes }))
  hash.value = location.hash
}

addEventListener('hashchange', () => {
  hash.value = location.hash
})
