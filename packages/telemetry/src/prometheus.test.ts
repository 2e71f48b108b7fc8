import { metrics } from '@opentelemetry/api'
import { request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createLab } from './lab.fixture.ts'

const lab = createLab()

afterEach(() => lab.end())

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: Buffer
}

/** Starts with the exporter `prometheus` on a free port, and returns the address that was reported. */
async function serve(variables: Record<string, string> = {}): Promise<string> {
  lab.environment({ OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...variables })
  const telemetry = await lab.start({ tap: {} })
  expect(telemetry.exporters.metrics).toEqual(['prometheus'])
  metrics.getMeter('tests').createCounter('jobs').add(2)
  metrics.getMeter('tests').createHistogram('job.duration', { unit: 's' }).record(1)
  const said = lab.reports.map(({ message }) => message).join()
  return /http:\/\/[^/]+\/metrics/.exec(said)?.[0] ?? 'nowhere'
}

function scrape(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject).end()
  })
}

describe('OTEL_METRICS_EXPORTER=prometheus', () => {
  test('serves the metrics with unit and total in their names (telemetry/13)', async () => {
    const url = await serve()
    const { status, type, body } = await scrape(url)
    expect(status).toBe(200)
    expect(type).toContain('text/plain; version=0.0.4')
    expect(String(body)).toContain('jobs_total{otel_scope_name="tests"} 2')
    expect(String(body)).toContain('job_duration_seconds_count{otel_scope_name="tests"} 1')
  })

  test('speaks OpenMetrics and gzip to who asks, and HEAD (telemetry/13)', async () => {
    const url = await serve()
    const open = await scrape(url, 'GET', {
      accept: 'application/openmetrics-text; version=1.0.0',
      'accept-encoding': 'gzip',
    })
    expect(open.type).toContain('application/openmetrics-text')
    expect(String(gunzipSync(open.body))).toContain('# EOF')
    const head = await scrape(url, 'HEAD')
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) })
  })

  test('answers nothing else (telemetry/13)', async () => {
    const url = await serve()
    expect((await scrape(url.replace('/metrics', '/'))).status).toBe(404)
    expect((await scrape(`${url}/more`)).status).toBe(404)
    expect((await scrape(`${url}?query`)).status).toBe(200)
    expect((await scrape(url, 'POST')).status).toBe(405)
  })

  test('OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT say where (telemetry/13)', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const url = await serve({ OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
    expect(url).toBe(`http://127.0.0.1:${port}/metrics`)
    expect((await scrape(url)).status).toBe(200)
  })

  test('listens on localhost:9464 where nothing else is said (telemetry/13)', async () => {
    lab.environment({ OTEL_METRICS_EXPORTER: 'prometheus' })
    await lab.start({ tap: {} })
    expect(lab.reports.map(({ message }) => message).join()).toContain('localhost:9464')
  })

  test('a port that is taken is reported, and the service starts (telemetry/13)', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      await serve({ OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1', OTEL_EXPORTER_PROMETHEUS_PORT: String(port) })
      expect(lab.reports).toMatchObject([
        { level: 'error', message: `The metrics cannot be served for Prometheus on 127.0.0.1:${port}.` },
      ])
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('the shutdown closes the server (telemetry/13)', async () => {
    const url = await serve()
    await scrape(url)
    await lab.end()
    await expect(scrape(url)).rejects.toThrow(/ECONNREFUSED|refused|closed/i)
  })
})
