import type { Attributes } from '@opentelemetry/api'
import { key, type Exchange, type Outcome } from '@seaworthy/middleware'
import type { KnownMethods } from '@seaworthy/middleware/http-conventions'
import { lazily } from './instruments.ts'
import { createRequestSeries } from './request-series.ts'
import { countSent, declaredSize, hasBody, type ByteCounter } from './sent-bytes.ts'

/** Records the sizes of request and response bodies. */
export interface BodySizes {
  begin(x: Exchange): void
  head(x: Exchange, response: Response): void
  end(x: Exchange, outcome: Outcome, error: string | undefined, extra: Attributes | undefined): void
}

/** How sizes are recorded. */
export interface BodySizesOptions {
  readonly buckets: readonly number[]
  readonly limit: number
  readonly methods: KnownMethods
}

type Record = (bytes: number, ...facts: Parameters<BodySizes['end']>) => void

const sent = key<ByteCounter>('seaworthy.metrics.sent')

/** `http.server.request.body.size` and `http.server.response.body.size`, with the attributes of the duration. */
export function createBodySizes(options: BodySizesOptions): BodySizes {
  const recordRequest = sizeRecorder('request', options)
  const recordResponse = sizeRecorder('response', options)
  return {
    begin(x) {
      const counter = countSent(x)
      if (counter !== undefined) x.set(sent, counter)
    },
    head(x, response) {
      const bytes = declaredSize(response.headers.get('content-length'))
      if (bytes !== undefined && x.get(sent) === undefined) x.set(sent, { bytes })
    },
    end(x, outcome, error, extra) {
      const received = declaredSize(x.header('content-length'))
      if (received !== undefined) recordRequest(received, x, outcome, error, extra)
      const written = hasBody(x.method, outcome.status) ? x.get(sent)?.bytes : 0
      if (written !== undefined) recordResponse(written, x, outcome, error, extra)
    },
  }
}

function sizeRecorder(direction: 'request' | 'response', { buckets, limit, methods }: BodySizesOptions): Record {
  const name = `http.server.${direction}.body.size`
  const seriesOf = createRequestSeries(name, limit, methods)
  const histogram = lazily((meter) =>
    meter.createHistogram(name, {
      unit: 'By',
      description: `Size of HTTP server ${direction} bodies.`,
      advice: { explicitBucketBoundaries: [...buckets] },
    }),
  )
  return (bytes, x, { status }, error, extra) => histogram().record(bytes, seriesOf(x, status, error, extra).attributes)
}
