import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { httpReceiver, type HttpReceiver } from './http-receiver.fixture.ts'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()
let collector: HttpReceiver

beforeEach(async () => {
  collector = await httpReceiver()
})

afterEach(async () => {
  await lab.end()
  await collector.close()
})

describe('OTLP over HTTP', () => {
  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    for (const compression of ['none', 'gzip'] as const) {
      test(`sends all three signals as ${protocol}, ${compression} (telemetry/17)`, async () => {
        lab.environment({
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        })
        const telemetry = await lab.start({ service: { name: 'orders', version: '1.4.2', environment: 'production' } })
        const span = emitEach()
        await telemetry.forceFlush()

        expect(collector.requests.map(({ path }) => path).toSorted()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
        for (const request of collector.requests) {
          expect(request).toMatchObject({ protocol, gzip: compression === 'gzip' })
        }
        const { traceId, spanId } = span.spanContext()
        const resource = {
          'service.name': 'orders',
          'service.version': '1.4.2',
          'deployment.environment.name': 'production',
        }
        expect(collector.spans).toMatchObject([
          { name: 'work', traceId, spanId, attributes: { 'app.key': 'value' }, resource, scope: 'tests' },
        ])
        expect(collector.logs).toMatchObject([
          { body: 'hello', severity: 9, traceId, attributes: { 'app.key': 'value' }, resource },
        ])
        expect(collector.metrics).toMatchObject([
          {
            name: 'jobs',
            kind: 'sum',
            temporality: 2,
            points: [{ value: 1, attributes: { 'app.key': 'value' } }],
            resource,
          },
        ])
        expect(lab.reports).toEqual([])
      })
    }
  }
})
