import { computed, type ReadonlySignal, signal } from '@preact/signals'

/** The views that the navigation lists, in its order. */
export const views = ['requests', 'logs', 'metrics', 'health', 'routes', 'map', 'config'] as const

/** A view of the page. A trace has its own, which the navigation does not list. */
export type View = (typeof views)[number] | 'traces'

/** Where the page is: what its address says. */
export interface Place {
  readonly view: View
  /** The trace id of `traces/<id>`. */
  readonly id: string | undefined
  readonly query: URLSearchParams
}

/** Below this path the page lives, whatever the console is mounted at; it ends in a slash. */
const base = new URL(document.baseURI).pathname

const address = signal(location.href)

/** Where the page is now. */
export const place: ReadonlySignal<Place> = computed(() => parsePlace(address.value))

/** Reads an address, such as `/_console/traces/4bf9…?span=00f0…`. What is unknown is the first view. */
function parsePlace(href: string): Place {
  const { pathname, searchParams } = new URL(href)
  const [name, id] = pathname.slice(base.length).split('/')
  const view = name === 'traces' && id ? 'traces' : (views.find((each) => each === name) ?? 'requests')
  return { view, id: view === 'traces' ? id : undefined, query: searchParams }
}

/** The address of a view from the page's base, to be a link's `href`. Empty values are left out. */
export function hrefOf(view: View, id?: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const search = new URLSearchParams(given).toString()
  return `${view}${id ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`
}

/** Goes to an address; the browser's Back returns. */
export function go(href: string): void {
  history.pushState(null, '', new URL(href, document.baseURI))
  address.value = location.href
}

/** Changes values of the address without a new entry in the history: for filters, which change with every key. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const { view, id, query } = place.value
  const href = hrefOf(view, id, { ...Object.fromEntries(query), ...changes })
  history.replaceState(null, '', new URL(href, document.baseURI))
  address.value = location.href
}

addEventListener('popstate', () => {
  address.value = location.href
})

// Links to views are ordinary links; a plain click on one does not load the page again.
document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null || link.target !== '' || link.origin !== location.origin || !link.pathname.startsWith(base)) return
  event.preventDefault()
  go(link.href)
})
