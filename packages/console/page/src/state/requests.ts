import { effect, type Signal, signal } from '@preact/signals'
import type { RequestPage, RequestSummary } from '../../../src/api.ts'
import { ask } from './ask.ts'
import { boot, connections, listen } from './live.ts'
import { place } from './place.ts'

/** As many of the newest are kept here; older ones stay in the service. */
export const mostRequests = 5000
const pageSize = 500

/** The requests, the newest first; undefined until the first answer. */
export const requests: Signal<readonly RequestSummary[] | undefined> = signal(undefined)

let readFrom: string | undefined

/** Reads the requests, and hears of new ones, while a view shows them. */
export function startRequests(): void {
  listen('requests', ({ requests: arrived, skipped }) => {
    merge(arrived)
    if (skipped > 0) void load()
  })
  listen('cleared', () => (requests.value = []))
  effect(() => {
    const { view } = place.value
    if (view !== 'requests' || connections.value < 0) return
    if (boot.value !== readFrom && readFrom !== undefined) requests.value = undefined
    readFrom = boot.value ?? readFrom
    void load()
  })
}

/** Reads the newest pages, down to what is known already. */
async function load(): Promise<void> {
  try {
    const newest = newestSeq()
    let before: string | undefined
    for (let read = 0; read < mostRequests; read += pageSize) {
      const parameters = { limit: String(pageSize), before, after: newest === undefined ? undefined : String(newest) }
      const page = await ask<RequestPage>('api/requests', parameters)
      merge(page.requests)
      if (page.next === undefined) return
      before = page.next
    }
  } catch {
    // The stream tells how the connection stands, and this is read again when it is back.
  }
}

function newestSeq(): number | undefined {
  const known = requests.peek() ?? []
  return known.length === 0 ? undefined : known.reduce((newest, { seq }) => Math.max(newest, seq), 0)
}

/** Other services report late: what began last comes first, whenever it arrived, and what is known better is replaced. */
function merge(arrived: readonly RequestSummary[]): void {
  const all = new Map([...(requests.peek() ?? []), ...arrived].map((request) => [request.seq, request]))
  requests.value = [...all.values()].toSorted(byBeginning).slice(0, mostRequests)
}

function byBeginning(a: RequestSummary, b: RequestSummary): number {
  if (a.time !== b.time) return a.time < b.time ? 1 : -1
  return b.seq - a.seq
}
