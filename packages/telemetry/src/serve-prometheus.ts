import type { IMetricReader } from '@opentelemetry/sdk-metrics'
import type { Middleware } from '@seaworthy/middleware'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { environmentInteger, environmentText } from './environment.ts'
import type { Reporter } from './reporter.ts'

const DEFAULT_HOST = 'localhost'
const DEFAULT_PORT = 9464

/** A reader that is scraped over a server of its own. */
export interface PrometheusServer {
  readonly reader: IMetricReader
  close(): void
}

/**
 * Serves `/metrics` in Prometheus' formats on `OTEL_EXPORTER_PROMETHEUS_HOST` and `OTEL_EXPORTER_PROMETHEUS_PORT`. The
 * server does not keep the process alive; an address that is taken is reported, and the service runs on.
 */
export async function servePrometheus(reporter: Reporter): Promise<PrometheusServer> {
  const { prometheus } = await import('@seaworthy/metrics')
  const endpoint = prometheus()
  const host = environmentText('OTEL_EXPORTER_PROMETHEUS_HOST') ?? DEFAULT_HOST
  const port = environmentInteger('OTEL_EXPORTER_PROMETHEUS_PORT', 0, reporter) ?? DEFAULT_PORT
  const server = createServer((incoming, outgoing) => {
    answer(endpoint, incoming, outgoing).catch((error: unknown) => {
      reporter.repeated('warn', 'A scrape of the metrics failed.', { error })
      outgoing.destroy()
    })
  })
  server.unref()
  await new Promise<void>((resolve) => {
    server.once('error', (error) => {
      reporter.report('error', `Metrics are not served for Prometheus on ${host}:${port}.`, { error })
      resolve()
    })
    server.listen(port, host, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      reporter.report('info', `Metrics are served for Prometheus on http://${host}:${bound}/metrics.`)
      resolve()
    })
  })
  return { reader: endpoint.reader, close: () => void server.close().closeAllConnections() }
}

async function answer(endpoint: Middleware, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers = Object.entries(incoming.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  const request = new Request(new URL(incoming.url ?? '/', 'http://localhost'), {
    method: incoming.method ?? 'GET',
    headers,
  })
  const response = await endpoint(request, () => new Response(null, { status: 404 }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(incoming.method === 'HEAD' ? undefined : new Uint8Array(await response.arrayBuffer()))
}
