import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { httpReceiver } from './http-receiver.fixture.ts'
import type { ServiceOutcome } from './service.fixture.ts'

const service = fileURLToPath(new URL('service.fixture.ts', import.meta.url))

/** Runs the service on this runtime, and gives its exit code with what it printed. */
function run(variables: Record<string, string>): Promise<{ code: number; stderr: string; outcome: ServiceOutcome }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'))
  const env = { ...Object.fromEntries(inherited), NODE_ENV: 'development', ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [service], { env }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        stderr,
        outcome: JSON.parse(stdout),
      })
    })
  })
}

describe('a service in its own process', () => {
  test('has gRPC in memory only when it is chosen (telemetry/40)', async () => {
    const collector = await httpReceiver()
    try {
      const over = (protocol: string) =>
        run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, EXIT: 'now' })
      const [protobuf, json, grpc] = await Promise.all([over('http/protobuf'), over('http/json'), over('grpc')])
      expect(protobuf.outcome).toMatchObject({ grpc: false, reports: [] })
      expect(json.outcome).toMatchObject({ grpc: false, reports: [] })
      expect(grpc.outcome.grpc).toBe(true)
      expect(collector.spans).toHaveLength(20)
    } finally {
      await collector.close()
    }
  })

  test('ends by itself once telemetry is shut down, with nothing to export to (telemetry/35)', async () => {
    const { code, stderr, outcome } = await run({})
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(outcome.reports).toHaveLength(1)
  })

  test('ends in time with a dead collector, and with no unhandled rejection (telemetry/35)', async () => {
    for (const protocol of ['http/protobuf', 'grpc']) {
      const { code, stderr, outcome } = await run({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
      })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(outcome.shutdown).toBeLessThan(1300)
    }
  })
})
