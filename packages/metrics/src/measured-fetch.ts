import { trace, type Attributes } from '@opentelemetry/api'
import {
  fetchErrorType,
  knownMethods,
  methodAttribute,
  observeFetchedBody,
  readFetchCall,
  wrapFetch,
  type Fetch,
} from '@seaworthy/middleware/http-conventions'
import { addedAttributes } from './added-attributes.ts'
import { checkBuckets, durationBuckets } from './buckets.ts'
import { createCallSeries, type CallEnd } from './call-series.ts'
import { bucketOf, noteExemplar } from './exemplars.ts'
import { lazily } from './instruments.ts'
import { checkLimit, defaultLimit } from './limit.ts'

/** Settings of {@link measuredFetch}. */
export interface MeasuredFetchOptions {
  /**
   * Attributes beside the conventional ones; one of the same name replaces it. Each value makes a series. `url.template`
   * is a good one.
   */
  readonly attributes?: (url: URL, method: string) => Attributes
  /** Boundaries of the durations, in seconds. @default OpenTelemetry's 14, from 5 ms to 10 s */
  readonly buckets?: readonly number[]
  /** How many attribute sets there may be, the one for all further ones included. @default 2000 */
  readonly limit?: number
}

const instrument = 'http.client.request.duration'

/**
 * A fetch that records `http.client.request.duration`, from the call until the body of the response has been read or
 * cancelled. What does not go to an HTTP server is not recorded.
 *
 * @param fetch - What sends the requests: `fetch` itself unless given, looked up at each call.
 * @throws {MetricsError} `ERR_METRICS_BUCKETS` when buckets do not rise, `ERR_METRICS_LIMIT` when the limit is not a
 *   positive integer.
 */
export function measuredFetch(fetch?: Fetch, options: MeasuredFetchOptions = {}): Fetch {
  const buckets = checkBuckets(options.buckets ?? durationBuckets)
  const seriesOf = createCallSeries(instrument, checkLimit(options.limit ?? defaultLimit))
  const known = knownMethods()
  const duration = lazily((meter) =>
    meter.createHistogram(instrument, {
      unit: 's',
      description: 'Duration of HTTP client requests.',
      advice: { explicitBucketBoundaries: buckets },
    }),
  )
  return wrapFetch(fetch, async function measured(send, input, init) {
    const call = readFetchCall(input, init)
    if (call === undefined) return send(input, init)
    const { url, signal } = call
    const method = methodAttribute(call.method, known)
    const span = trace.getActiveSpan()
    const began = performance.now()

    function record(end: CallEnd, at: number = performance.now()): void {
      const seconds = (at - began) / 1000
      const series = seriesOf(url, method, end, addedAttributes(options.attributes, url, method))
      duration().record(seconds, series.attributes)
      if (span !== undefined) noteExemplar(series, bucketOf(buckets, seconds), seconds, span)
    }

    try {
      const response = await send(input, init)
      const { status } = response
      return observeFetchedBody(response, {
        ended: (at) => record({ status, error: status >= 400 ? String(status) : undefined }, at),
        failed: (error) => record({ status, error: fetchErrorType(error, signal) }),
      })
    } catch (error) {
      record({ status: undefined, error: fetchErrorType(error, signal) })
      throw error
    }
  })
}
