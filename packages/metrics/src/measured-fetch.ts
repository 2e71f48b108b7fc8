import { trace, type Attributes } from '@opentelemetry/api'
import { addedAttributes } from './added-attributes.ts'
import { checkBuckets, durationBuckets } from './buckets.ts'
import { createCallSeries, type CallEnd } from './call-series.ts'
import { callErrorType } from './error-type.ts'
import { bucketOf, noteExemplar } from './exemplars.ts'
import { knownMethods } from './http-method.ts'
import { lazily } from './instruments.ts'
import { checkLimit, defaultLimit } from './limit.ts'
import { observeResponse } from './observed-response.ts'

type Fetch = typeof globalThis.fetch

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

/** Methods that fetch writes in upper case (Fetch standard, "normalize a method"). */
const normalized = /^(?:DELETE|GET|HEAD|OPTIONS|POST|PUT)$/i

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
  const known = new Set(knownMethods(process.env['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS']))
  const duration = lazily((meter) =>
    meter.createHistogram(instrument, {
      unit: 's',
      description: 'Duration of HTTP client requests.',
      advice: { explicitBucketBoundaries: buckets },
    }),
  )
  const send: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))

  async function measured(...[input, init]: Parameters<Fetch>): Promise<Response> {
    const call = readCall(input, init)
    if (call === undefined) return send(input, init)
    const { url, signal } = call
    const method = known.has(call.method) ? call.method : '_OTHER'
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
      return observeResponse(response, {
        ended: (at) => record({ status, error: status >= 400 ? String(status) : undefined }, at),
        failed: (error) => record({ status, error: callErrorType(error, signal) }),
      })
    } catch (error) {
      record({ status: undefined, error: callErrorType(error, signal) })
      throw error
    }
  }
  // Bun's fetch has members of its own.
  return Object.assign(measured, fetch ?? globalThis.fetch)
}

interface Call {
  readonly url: URL
  readonly method: string
  readonly signal: AbortSignal | undefined
}

/** What a call goes to; `undefined` when that is no HTTP server, or what fetch will refuse. */
function readCall(input: Parameters<Fetch>[0], init: RequestInit = {}): Call | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const url = URL.parse(request ? request.url : String(input))
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined
  const method = init.method ?? request?.method ?? 'GET'
  return {
    url,
    method: normalized.test(method) ? method.toUpperCase() : method,
    signal: (init.signal === undefined ? request?.signal : init.signal) ?? undefined,
  }
}
