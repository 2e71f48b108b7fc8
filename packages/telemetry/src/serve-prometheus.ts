import type { IMetricReader } from '@opentelemetry/sdk-metrics'
import { createPrometheusReader, type PrometheusReader } from '@seaworthy/metrics'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { environmentInteger, environmentText } from './environment.ts'
import type { Reporter } from './reporter.ts'

const DEFAULT_HOST = 'localhost'
const DEFAULT_PORT = 9464
const PATH = '/metrics'

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
  const reader = createPrometheusReader()
  const server = createServer((request, response) => {
    answer(reader, request, response).catch((error: unknown) => {
      reporter.repeated('warn', 'A scrape of the metrics failed.', { error })
      response.destroy()
    })
  })
  server.unref()
  await listen(server, reporter)
  return {
    reader,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(reader: PrometheusReader, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.split('?', 1)[0] !== PATH) {
    response.writeHead(404).end()
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
  } else {
    const { accept, 'accept-encoding': acceptEncoding } = request.headers
    const page = await reader.scrape({ accept, acceptEncoding: String(acceptEncoding ?? '') })
    const encoding = page.contentEncoding && { 'content-encoding': page.contentEncoding }
    const length = String(page.body.length)
    response.writeHead(200, { 'content-type': page.contentType, ...encoding, 'content-length': length })
    response.end(request.method === 'HEAD' ? undefined : page.body)
  }
}

async function listen(server: Server, reporter: Reporter): Promise<void> {
  const host = environmentText('OTEL_EXPORTER_PROMETHEUS_HOST') ?? DEFAULT_HOST
  const port = environmentInteger('OTEL_EXPORTER_PROMETHEUS_PORT', 0, reporter) ?? DEFAULT_PORT
  await new Promise<void>((resolve) => {
    server.once('error', (error) => {
      reporter.report('error', `The metrics cannot be served for Prometheus on ${host}:${port}.`, { error })
      resolve()
    })
    server.listen(port, host, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      reporter.report('info', `The metrics are served for Prometheus on http://${host}:${bound}${PATH}.`)
      resolve()
    })
  })
}
