import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as OTLP/JSON has it, with the name of its service. */
export interface CollectedSpan {
  readonly service: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
}

/** A log record as OTLP/JSON has it. */
export interface CollectedRecord {
  readonly service: string
  readonly traceId?: string
  readonly body: string
}

/** A collector that keeps what it is sent as OTLP/JSON. */
export interface Collector extends AsyncDisposable {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  readonly records: readonly CollectedRecord[]
  readonly metrics: ReadonlySet<string>
  /** All that was sent, as it was sent, by the last part of the path: `traces`, `logs` and `metrics`. */
  readonly sent: ReadonlyMap<string, string>
}

interface Resource {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[]
}

interface Payload {
  readonly resourceSpans?: readonly {
    resource: Resource
    scopeSpans: readonly { spans: Omit<CollectedSpan, 'service'>[] }[]
  }[]
  readonly resourceLogs?: readonly {
    resource: Resource
    scopeLogs: readonly { logRecords: { traceId?: string; body?: { stringValue?: string } }[] }[]
  }[]
  readonly resourceMetrics?: readonly { scopeMetrics: readonly { metrics: { name: string }[] }[] }[]
}

/** Listens on a free loopback port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const records: CollectedRecord[] = []
  const metrics = new Set<string>()
  const sent = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const text = await read(request)
    const signal = request.url?.replace(/^.*\//, '') ?? ''
    sent.set(signal, `${sent.get(signal) ?? ''}${text}\n`)
    const { resourceSpans = [], resourceLogs = [], resourceMetrics = [] }: Payload = JSON.parse(text)
    for (const { resource, scopeSpans } of resourceSpans)
      for (const scope of scopeSpans) for (const each of scope.spans) spans.push({ ...each, service: nameOf(resource) })
    for (const { resource, scopeLogs } of resourceLogs)
      for (const scope of scopeLogs)
        for (const { body, traceId } of scope.logRecords)
          records.push({
            service: nameOf(resource),
            body: body?.stringValue ?? '',
            ...(traceId !== undefined && { traceId }),
          })
    for (const { scopeMetrics } of resourceMetrics)
      for (const scope of scopeMetrics) for (const { name } of scope.metrics) metrics.add(name)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    records,
    metrics,
    sent,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function nameOf({ attributes }: Resource): string {
  return attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
