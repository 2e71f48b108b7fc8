import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { grpcReceiver, type GrpcReceiver } from './grpc-receiver.fixture.ts'
import { createLab, emitEach } from './lab.fixture.ts'

const lab = createLab()
let collector: GrpcReceiver

beforeEach(async () => {
  collector = await grpcReceiver()
})

afterEach(async () => {
  await lab.end()
  collector.close()
})

describe('OTLP over gRPC', () => {
  for (const compression of ['none', 'gzip'] as const) {
    test(`sends all three signals, ${compression} (telemetry/18)`, async () => {
      lab.environment({
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=blue',
      })
      const telemetry = await lab.start({ service: { name: 'orders' }, shutdownTimeout: '3s' })
      const { traceId } = emitEach().spanContext()
      await telemetry.forceFlush()

      const resource = { 'service.name': 'orders' }
      expect(collector.spans).toMatchObject([{ name: 'work', traceId, attributes: { 'app.key': 'value' }, resource }])
      expect(collector.logs).toMatchObject([{ body: 'hello', traceId, resource }])
      expect(collector.metrics).toMatchObject([{ name: 'jobs', points: [{ value: 1 }], resource }])
      expect(collector.metadata).toHaveLength(3)
      for (const metadata of collector.metadata) expect(metadata['x-tenant']).toBe('blue')
      expect(lab.reports).toEqual([])
    })
  }
})
