import {
  isLoopback,
  middleware,
  problem,
  registerProbe,
  type Exchange,
  type MaybePromise,
  type Middleware,
} from '@seaworthy/middleware'
import { MetricsError } from './metrics-error.ts'
import { negotiateType } from './negotiate.ts'
import { createPrometheusReader, type PrometheusReader, type PrometheusReaderOptions } from './prometheus-reader.ts'

/** Settings of {@link prometheus}. */
export interface PrometheusOptions extends PrometheusReaderOptions {
  /** The path that is answered. It counts as a probe from then on. @default '/metrics' */
  readonly path?: string
  /** Who may scrape; all others are answered 403. @default everyone who reaches the service */
  readonly authorize?: 'loopback' | ((x: Exchange) => MaybePromise<boolean>)
}

/** The endpoint, and the reader that a `MeterProvider` must have for it. */
export interface Prometheus extends Middleware {
  /** Hand it to the provider: `new MeterProvider({ readers: [prometheus.reader] })`. */
  readonly reader: PrometheusReader
}

const headers: Readonly<Record<string, string>> = { 'cache-control': 'no-store', vary: 'accept, accept-encoding' }

/**
 * A Prometheus endpoint: answers GET and HEAD at one path with all metrics of the provider that has its reader, as
 * OpenMetrics to those who ask for it.
 *
 * @throws {MetricsError} `ERR_METRICS_PATH` when the path does not start with a slash, `ERR_METRICS_LIMIT` when the
 *   limit is not a positive integer.
 */
export function prometheus(options: PrometheusOptions = {}): Prometheus {
  const { path = '/metrics', authorize } = options
  if (!/^\/[^?#]*$/.test(path)) {
    throw new MetricsError(
      'ERR_METRICS_PATH',
      `A path starts with a slash and has no query, such as "/metrics", not "${path}".`,
    )
  }
  const reader = createPrometheusReader(options)
  const allowed = authorize === 'loopback' ? isLoopback : authorize
  registerProbe(path)
  const endpoint = middleware({
    name: 'prometheus',
    before(x) {
      if (x.path !== path) return undefined
      return answer(x, reader, allowed)
    },
  })
  return Object.assign(endpoint, { reader })
}

async function answer(
  x: Exchange,
  reader: PrometheusReader,
  allowed: ((x: Exchange) => MaybePromise<boolean>) | undefined,
): Promise<Response> {
  if (allowed !== undefined && !(await allowed(x))) return problem({ status: 403 })
  if (x.method === 'HEAD') {
    return new Response(null, { headers: { ...headers, 'content-type': negotiateType(x.header('accept')) } })
  }
  if (x.method !== 'GET') return problem({ status: 405, headers: { allow: 'GET, HEAD' } })
  try {
    return await page(x, reader)
  } catch (error) {
    if (error instanceof MetricsError) return problem({ status: 503, code: error.code, detail: error.message })
    throw error
  }
}

async function page(x: Exchange, reader: PrometheusReader): Promise<Response> {
  const scraped = await reader.scrape({ accept: x.header('accept'), acceptEncoding: x.header('accept-encoding') })
  const encoding: Record<string, string> =
    scraped.contentEncoding === undefined ? {} : { 'content-encoding': scraped.contentEncoding }
  return new Response(scraped.body, {
    headers: {
      ...headers,
      ...encoding,
      'content-type': scraped.contentType,
      'content-length': String(scraped.body.length),
    },
  })
}
