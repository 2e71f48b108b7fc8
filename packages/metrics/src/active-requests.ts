import type { Attributes, UpDownCounter } from '@opentelemetry/api'
import { key, type Exchange } from '@seaworthy/middleware'
import { lazily } from './instruments.ts'

/** Counts the requests that have begun and not ended. */
export interface ActiveRequests {
  begin(x: Exchange): void
  end(x: Exchange): void
}

/** What must be counted down: the same instrument, should an SDK have started during the request. */
interface Counted {
  readonly counter: UpDownCounter
  readonly attributes: Attributes
}

const counted = key<Counted>('seaworthy.metrics.active')

/** `http.server.active_requests`, by method and scheme. */
export function createActiveRequests(methods: readonly string[]): ActiveRequests {
  const known = new Set(methods)
  const counterOf = lazily((meter) =>
    meter.createUpDownCounter('http.server.active_requests', {
      unit: '{request}',
      description: 'Number of HTTP requests that the server is working on.',
    }),
  )
  return {
    begin(x) {
      const method = known.has(x.method) ? x.method : '_OTHER'
      const counter = counterOf()
      const attributes = { 'http.request.method': method, 'url.scheme': x.scheme }
      x.set(counted, { counter, attributes })
      counter.add(1, attributes)
    },
    end(x) {
      const begun = x.get(counted)
      begun?.counter.add(-1, begun.attributes)
    },
  }
}
