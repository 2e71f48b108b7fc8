import type { Attributes, UpDownCounter } from '@opentelemetry/api'
import { key, type Exchange } from '@seaworthy/middleware'
import { methodAttribute, type KnownMethods } from '@seaworthy/middleware/http-conventions'
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
export function createActiveRequests(methods: KnownMethods): ActiveRequests {
  const counterOf = lazily((meter) =>
    meter.createUpDownCounter('http.server.active_requests', {
      unit: '{request}',
      description: 'Number of HTTP requests that the server is working on.',
    }),
  )
  return {
    begin(x) {
      const counter = counterOf()
      const attributes = { 'http.request.method': methodAttribute(x.method, methods), 'url.scheme': x.scheme }
      x.set(counted, { counter, attributes })
      counter.add(1, attributes)
    },
    end(x) {
      const begun = x.get(counted)
      begun?.counter.add(-1, begun.attributes)
    },
  }
}
