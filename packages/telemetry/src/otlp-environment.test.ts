import { metrics } from '@opentelemetry/api'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerCredentials } from '@grpc/grpc-js'
import { generate } from 'selfsigned'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { grpcReceiver } from './grpc-receiver.fixture.ts'
import { httpReceiver, type HttpReceiver } from './http-receiver.fixture.ts'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()
const cleanups: (() => unknown)[] = []

afterEach(async () => {
  await lab.end()
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function receiver(...args: Parameters<typeof httpReceiver>): Promise<HttpReceiver> {
  const collector = await httpReceiver(...args)
  cleanups.push(() => collector.close())
  return collector
}

async function emitAndFlush(): Promise<void> {
  const telemetry = await lab.start({ shutdownTimeout: '3s' })
  emitEach()
  await telemetry.forceFlush()
}

const signals = ['traces', 'metrics', 'logs'] as const
const variable = (signal: string, name: string) => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`

function pathsOf(collector: HttpReceiver): string[] {
  return collector.requests.map(({ path }) => path).toSorted()
}

describe('OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  test('has the path of each signal added, after a path of its own (telemetry/12)', async () => {
    const collector = await receiver()
    collector.answer = (response) => response.end()
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })
    await emitAndFlush()
    expect(pathsOf(collector)).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
    await lab.end()
    collector.requests.length = 0
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/in`, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' })
    await emitAndFlush()
    expect(pathsOf(collector)).toEqual(['/in/v1/logs', '/in/v1/metrics', '/in/v1/traces'])
  })

  test('may have blanks around it, as a file with a line break gives it (telemetry/12)', async () => {
    const collector = await receiver()
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: ` ${collector.url}\n` })
    await emitAndFlush()
    expect(pathsOf(collector)).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
    expect(lab.reports).toEqual([])
  })

  for (const signal of signals) {
    test(`${variable(signal, 'ENDPOINT')} is taken as it is, and switches on that signal alone (telemetry/12)`, async () => {
      const collector = await receiver()
      lab.environment({
        [variable(signal, 'ENDPOINT')]: `${collector.url}/own/path`,
        [variable(signal, 'PROTOCOL')]: 'http/json',
      })
      await emitAndFlush()
      expect(pathsOf(collector)).toEqual(['/own/path'])
      expect(lab.reports[0]?.message).toContain(signals.filter((other) => other !== signal).join(' and '))
    })
  }

  test('one that is no URL is reported, and nothing is sent to the default address instead (telemetry/8)', async () => {
    for (const endpoint of ['localhost:4318', 'collector', 'ftp://collector', 'http://', 'http://a b']) {
      lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
      const telemetry = await lab.start()
      expect(telemetry.exporters).toEqual({ traces: [], metrics: [], logs: [] })
      expect(lab.reports.map(({ message }) => message)).toContain(
        'OTEL_EXPORTER_OTLP_ENDPOINT is no URL: write http://host:port. The traces are not exported.',
      )
      await lab.end()
    }
  })
})

describe('OTEL_EXPORTER_OTLP_PROTOCOL', () => {
  test('can differ by signal, and is http/protobuf by default (telemetry/12)', async () => {
    const collector = await receiver()
    const grpc = await grpcReceiver()
    cleanups.push(() => grpc.close())
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://127.0.0.1:${grpc.port}`,
    })
    await emitAndFlush()
    expect(collector.requests.map(({ path, protocol }) => `${path} ${protocol}`).toSorted()).toEqual([
      '/v1/metrics http/json',
      '/v1/traces http/protobuf',
    ])
    expect(grpc.logs).toHaveLength(1)
  })

  test('one that does not exist is reported, and the default is used (telemetry/8)', async () => {
    const collector = await receiver()
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http' })
    await emitAndFlush()
    expect(collector.spans).toHaveLength(1)
    expect(lab.reports.map(({ message }) => message)).toEqual([
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is "http": write http/protobuf, http/json or grpc. It is taken as http/protobuf.',
    ])
  })
})

describe('OTEL_EXPORTER_OTLP_HEADERS, _COMPRESSION and _TIMEOUT', () => {
  test('hold for all signals, and those of a signal win (telemetry/12)', async () => {
    const collector = await receiver()
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20all,x-tenant=blue',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      ...Object.fromEntries(signals.map((signal) => [variable(signal, 'HEADERS'), `authorization=Bearer%20${signal}`])),
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
    })
    await emitAndFlush()
    expect(collector.requests).toHaveLength(3)
    for (const { path, headers, gzip } of collector.requests) {
      expect(headers).toMatchObject({ authorization: `Bearer ${path.replace('/v1/', '')}`, 'x-tenant': 'blue' })
      expect(gzip).toBe(path === '/v1/logs')
    }
  })

  for (const name of ['OTEL_EXPORTER_OTLP_TIMEOUT', ...signals.map((signal) => variable(signal, 'TIMEOUT'))]) {
    test(`${name} ends a request that is not answered (telemetry/12)`, async () => {
      const collector = await receiver()
      collector.answer = () => {}
      const signal = signals.find((each) => name.includes(each.toUpperCase())) ?? 'traces'
      lab.environment({ [variable(signal, 'ENDPOINT')]: `${collector.url}/v1/${signal}`, [name]: '100' })
      const start = performance.now()
      await emitAndFlush()
      expect(performance.now() - start).toBeLessThan(1000)
      expect(lab.reports.map(({ message }) => message).join()).toContain(`Telemetry cannot be exported (${signal})`)
    })
  }

  test('credentials in headers are in no report (telemetry/37)', async () => {
    const collector = await receiver()
    collector.answer = (response) => response.writeHead(401).end()
    lab.environment({
      OTEL_LOG_LEVEL: 'all',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.replace('://', '://user:canary@'),
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20canary',
    })
    await emitAndFlush()
    expect(lab.reports.length).toBeGreaterThan(0)
    expect(collector.requests[0]?.headers.authorization).toContain('canary')
    expect(everythingOf(lab.reports)).not.toContain('canary')
  })
})

/** Everything of the reports, errors with their causes and members included. */
function everythingOf(reports: typeof lab.reports): string {
  return reports.map(({ message, fields }) => `${message} ${inspectDeep(fields)}`).join('\n')
}

function inspectDeep(value: unknown): string {
  if (value instanceof Error) return `${value.stack} ${JSON.stringify({ ...value })} ${inspectDeep(value.cause)}`
  if (typeof value === 'object' && value !== null) return Object.values(value).map(inspectDeep).join(' ')
  return String(value)
}

describe('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', () => {
  for (const [preference, temporality] of [
    ['cumulative', 2],
    ['delta', 1],
    ['lowmemory', 1],
    [undefined, 2],
  ] as const) {
    test(`${preference ?? 'unset'}: a counter is ${temporality === 1 ? 'delta' : 'cumulative'} (telemetry/13)`, async () => {
      const collector = await receiver()
      lab.environment({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: preference,
      })
      const telemetry = await lab.start()
      const jobs = metrics.getMeter('tests').createCounter('jobs')
      for (let i = 0; i < 2; i++) {
        jobs.add(1)
        await telemetry.forceFlush()
      }
      const values = collector.metrics.map((metric) => [metric.temporality, metric.points[0]?.value])
      expect(values).toEqual([
        [temporality, 1],
        [temporality, temporality === 1 ? 1 : 2],
      ])
    })
  }
})

describe('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', () => {
  for (const [aggregation, kind] of [
    ['base2_exponential_bucket_histogram', 'exponentialHistogram'],
    ['explicit_bucket_histogram', 'histogram'],
    [undefined, 'histogram'],
    ['linear', 'histogram'],
  ] as const) {
    test(`${aggregation ?? 'unset'}: ${kind} (telemetry/13)`, async () => {
      const collector = await receiver()
      lab.environment({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: aggregation,
      })
      const telemetry = await lab.start()
      metrics.getMeter('tests').createHistogram('duration').record(3)
      await telemetry.forceFlush()
      expect(collector.metrics).toMatchObject([{ name: 'duration', kind, points: [{ value: 1 }] }])
      expect(lab.reports).toHaveLength(aggregation === 'linear' ? 1 : 0)
    })
  }
})

describe('certificates', () => {
  let folder: string
  let pem: { cert: string; private: string }
  let files: { cert: string; key: string }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'telemetry-'))
    pem = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        {
          name: 'subjectAltName',
          altNames: [
            { type: 7, ip: '127.0.0.1' },
            { type: 2, value: 'localhost' },
          ],
        },
      ],
    })
    files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
    writeFileSync(files.cert, pem.cert)
    writeFileSync(files.key, pem.private)
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  test('OTEL_EXPORTER_OTLP_CERTIFICATE is trusted, and without it the collector is not (telemetry/12)', async () => {
    const collector = await receiver({ cert: pem.cert, key: pem.private })
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' })
    await emitAndFlush()
    expect(collector.spans).toHaveLength(0)
    expect(lab.reports.map(({ message }) => message).join()).toContain('Telemetry cannot be exported')
    await lab.end()
    lab.environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_CERTIFICATE: files.cert })
    await emitAndFlush()
    expect(collector.spans).toHaveLength(1)
    expect(collector.logs).toHaveLength(1)
    expect(collector.metrics).toHaveLength(1)
  })

  test('OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY are shown to it (telemetry/12)', async () => {
    const collector = await receiver({
      cert: pem.cert,
      key: pem.private,
      ca: pem.cert,
      requestCert: true,
      rejectUnauthorized: true,
    })
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_CERTIFICATE: files.cert,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: files.cert,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: files.key,
    })
    await emitAndFlush()
    expect(collector.requests).toHaveLength(3)
    for (const { authorized } of collector.requests) expect(authorized).toBe(true)
  })

  for (const signal of signals) {
    test(`${variable(signal, 'CERTIFICATE')}, _CLIENT_CERTIFICATE and _CLIENT_KEY hold for that signal (telemetry/12)`, async () => {
      const collector = await receiver({
        cert: pem.cert,
        key: pem.private,
        ca: pem.cert,
        requestCert: true,
        rejectUnauthorized: true,
      })
      lab.environment({
        [variable(signal, 'ENDPOINT')]: `${collector.url}/v1/${signal}`,
        [variable(signal, 'CERTIFICATE')]: files.cert,
        [variable(signal, 'CLIENT_CERTIFICATE')]: files.cert,
        [variable(signal, 'CLIENT_KEY')]: files.key,
      })
      await emitAndFlush()
      expect(collector.requests).toMatchObject([{ path: `/v1/${signal}`, authorized: true }])
    })
  }

  test('a file that cannot be read is reported (telemetry/8)', async () => {
    lab.environment({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:1',
      OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'none.pem'),
    })
    await lab.start()
    expect(lab.reports.map(({ message }) => message).join()).toContain('Failed to read root certificate file')
  })

  test('gRPC trusts OTEL_EXPORTER_OTLP_CERTIFICATE (telemetry/12)', async () => {
    const key = { cert_chain: Buffer.from(pem.cert), private_key: Buffer.from(pem.private) }
    const collector = await grpcReceiver(ServerCredentials.createSsl(null, [key]))
    cleanups.push(() => collector.close())
    lab.environment({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${collector.port}`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: files.cert,
    })
    await emitAndFlush()
    expect(collector.spans).toHaveLength(1)
  })
})

describe('OTEL_EXPORTER_OTLP_INSECURE', () => {
  for (const name of ['OTEL_EXPORTER_OTLP_INSECURE', ...signals.map((signal) => variable(signal, 'INSECURE'))]) {
    test(`${name} lets gRPC send without TLS to an endpoint that has no scheme (telemetry/12)`, async () => {
      const collector = await grpcReceiver()
      cleanups.push(() => collector.close())
      const signal = signals.find((each) => name.includes(each.toUpperCase())) ?? 'traces'
      lab.environment({
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        [variable(signal, 'ENDPOINT')]: `127.0.0.1:${collector.port}`,
        [name]: 'true',
      })
      await emitAndFlush()
      expect([collector.spans, collector.metrics, collector.logs].flat()).toHaveLength(1)
    })
  }
})
