import type { Attributes } from '@opentelemetry/api'
import { isProbe, key, middleware, type Exchange, type Middleware } from '@seaworthy/middleware'
import { knownMethods, requestErrorType } from '@seaworthy/middleware/http-conventions'
import { createActiveRequests } from './active-requests.ts'
import { addedAttributes } from './added-attributes.ts'
import { createBodySizes } from './body-sizes.ts'
import { checkBuckets, durationBuckets, sizeBuckets } from './buckets.ts'
import { bucketOf, noteExemplar } from './exemplars.ts'
import { lazily } from './instruments.ts'
import { checkLimit, defaultLimit } from './limit.ts'
import { createRequestSeries } from './request-series.ts'

/** Settings of {@link metrics}. */
export interface MetricsOptions {
  /** Requests that are not recorded. @default isProbe: probes and scrapes */
  readonly ignore?: (x: Exchange) => boolean
  /**
   * Attributes beside the conventional ones; one of the same name replaces it. Read at the end of the request. Each
   * value makes a series: nothing that a caller chooses freely belongs here.
   */
  readonly attributes?: (x: Exchange) => Attributes
  /** Boundaries of the durations, in seconds. @default OpenTelemetry's 14, from 5 ms to 10 s */
  readonly buckets?: readonly number[]
  /** Whether `http.server.active_requests` is recorded. @default false */
  readonly activeRequests?: boolean
  /** Whether the sizes of bodies are recorded, and with which boundaries, in bytes. @default false */
  readonly bodySize?: boolean | { readonly buckets: readonly number[] }
  /** How many attribute sets each instrument may have, the one for all further ones included. @default 2000 */
  readonly limit?: number
}

const durationName = 'http.server.request.duration'

/** Which instance records a request: the outermost, when several are mounted round it. */
const recorder = key<object>('seaworthy.metrics.recorder')

/**
 * Records the duration of each request, until its body has been sent, as OpenTelemetry's HTTP conventions say.
 *
 * @throws {MetricsError} `ERR_METRICS_BUCKETS` when buckets do not rise, `ERR_METRICS_LIMIT` when the limit is not a
 *   positive integer.
 */
export function metrics(options: MetricsOptions = {}): Middleware {
  const { ignore = isProbe, attributes, bodySize = false } = options
  const buckets = checkBuckets(options.buckets ?? durationBuckets)
  const limit = checkLimit(options.limit ?? defaultLimit)
  const methods = knownMethods()
  const active = options.activeRequests === true ? createActiveRequests(methods) : undefined
  const sizes = bodySize === false ? undefined : createBodySizes({ buckets: sizeBucketsOf(bodySize), limit, methods })
  const seriesOf = createRequestSeries(durationName, limit, methods)
  const duration = lazily((meter) =>
    meter.createHistogram(durationName, {
      unit: 's',
      description: 'Duration of HTTP server requests.',
      advice: { explicitBucketBoundaries: buckets },
    }),
  )
  const self = {}

  return middleware({
    name: 'metrics',
    before(x) {
      if (x.get(recorder) !== undefined || ignore(x)) return
      x.set(recorder, self)
      active?.begin(x)
      sizes?.begin(x)
    },
    ...(sizes && {
      after(x: Exchange, response: Response) {
        if (x.get(recorder) === self) sizes.head(x, response)
      },
    }),
    settled(x, outcome) {
      if (x.get(recorder) !== self) return
      active?.end(x)
      const seconds = (performance.now() - x.startTime) / 1000
      const error = requestErrorType(outcome, x.error)
      const extra = addedAttributes(attributes, x)
      const series = seriesOf(x, outcome.status, error, extra)
      duration().record(seconds, series.attributes)
      noteExemplar(series, bucketOf(buckets, seconds), seconds)
      sizes?.end(x, outcome, error, extra)
    },
  })
}

function sizeBucketsOf(bodySize: true | { readonly buckets: readonly number[] }): readonly number[] {
  return bodySize === true ? sizeBuckets : checkBuckets(bodySize.buckets)
}
