import type { Exchange } from '@seaworthy/middleware'
import { logsRequest, metricsRequest, tracesRequest } from './otlp-messages.ts'
import { receivedLogs } from './otlp-logs.ts'
import { receivedMetrics } from './otlp-metrics.ts'
import { receivedSpans } from './otlp-traces.ts'
import { ProtobufError, readProtobuf, writeProtobuf, type ProtobufMessage } from './protobuf.ts'
import { readBody, type BodyLimits } from './read-body.ts'
import { headers } from './respond.ts'
import type { TelemetryStore } from './telemetry-store.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'

/** The most messages and values in one request: a batch of an SDK has some ten thousand. */
const mostValues = 400_000

/** The most requests that are read at once. */
const mostAtOnce = 8

const limits: BodyLimits = { bytes: 4_194_304, inflated: 16_777_216, time: 10_000 }

/** Keeps what a request carries, and tells how many things found no room or were no telemetry. */
type Keep = (request: unknown, store: TelemetryStore) => number

interface Signal {
  readonly message: ProtobufMessage
  /** What the answer calls those that were rejected, in JSON. */
  readonly rejected: string
  readonly keep: Keep
}

const signals: Readonly<Record<string, Signal>> = {
  traces: { message: tracesRequest, rejected: 'rejectedSpans', keep: keepSpans },
  logs: { message: logsRequest, rejected: 'rejectedLogRecords', keep: keepLogs },
  metrics: { message: metricsRequest, rejected: 'rejectedDataPoints', keep: keepMetrics },
}

/** Answers OTLP over HTTP (opentelemetry-proto 1): protobuf and JSON, plain and gzip, within bounds. */
export class OtlpReceiver {
  readonly #store: TelemetryStore
  #reading = 0

  constructor(store: TelemetryStore) {
    this.#store = store
  }

  /**
   * Answers one request.
   *
   * @param name - `traces`, `logs` or `metrics`; `undefined` is given for anything else.
   */
  async answer(x: Exchange, name: string): Promise<Response | undefined> {
    const signal = Object.hasOwn(signals, name) ? signals[name] : undefined
    if (signal === undefined) return undefined
    const type = x.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (x.method !== 'POST') return refuse(json, 405, 'Send telemetry with POST.', { allow: 'POST' })
    if (type !== protobuf && type !== json) return refuse(json, 415, `Send ${protobuf} or ${json}.`)
    if (this.#reading >= mostAtOnce) return refuse(type, 503, 'Too much is sent at once.', { 'retry-after': '1' })
    this.#reading++
    try {
      return await this.#receive(x.request, type, signal)
    } finally {
      this.#reading--
    }
  }

  async #receive(request: Request, type: string, signal: Signal): Promise<Response> {
    const body = await readBody(request, limits)
    if (!(body instanceof Uint8Array)) return refuse(type, body.status, body.detail)
    try {
      const sent: unknown =
        type === json ? JSON.parse(new TextDecoder().decode(body)) : readProtobuf(body, signal.message, mostValues)
      return accept(type, signal.rejected, signal.keep(sent, this.#store))
    } catch (error) {
      if (error instanceof ProtobufError) return refuse(type, 400, error.message)
      // Nested deeply enough, JSON is more than some engines can read.
      if (error instanceof SyntaxError || error instanceof RangeError) return refuse(type, 400, 'The body is no JSON.')
      throw error
    }
  }
}

function keepSpans(request: unknown, store: TelemetryStore): number {
  let rejected = 0
  for (const span of receivedSpans(request)) if (span === undefined || !store.traces.add(span)) rejected++
  return rejected
}

function keepLogs(request: unknown, store: TelemetryStore): number {
  for (const record of receivedLogs(request)) store.logs.add(record)
  return 0
}

function keepMetrics(request: unknown, store: TelemetryStore): number {
  return receivedMetrics(request).reduce((rejected, metrics) => rejected + store.addMetrics(metrics), 0)
}

const why = 'They had no valid ids, or the console had no room for them.'

/** The answer in the form of the request: empty, or `partial_success` where something was rejected. */
function accept(type: string, name: string, rejected: number): Response {
  const own = { 'content-type': type }
  if (type === json) {
    const body = rejected === 0 ? {} : { partialSuccess: { [name]: String(rejected), errorMessage: why } }
    return new Response(JSON.stringify(body), { headers: headers(own) })
  }
  const partial = writeProtobuf([
    [1, rejected],
    [2, why],
  ])
  const body = rejected === 0 ? new Uint8Array() : writeProtobuf([[1, partial]])
  return new Response(Buffer.from(body), { headers: headers(own) })
}

/** A refusal as `google.rpc.Status`, in the form of the request. */
function refuse(type: string, status: number, message: string, own: Readonly<Record<string, string>> = {}): Response {
  const body = type === json ? JSON.stringify({ message }) : Buffer.from(writeProtobuf([[2, message]]))
  return new Response(body, { status, headers: headers({ 'content-type': type, ...own }) })
}
