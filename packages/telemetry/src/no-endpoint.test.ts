import { metrics } from '@opentelemetry/api'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLab, emitEach, until } from './lab.fixture.ts'

const lab = createLab()
/** The addresses that OTLP has by default. */
const defaults = [4317, 4318]
let servers: Server[] = []
let connections = 0

beforeEach(async () => {
  connections = 0
  servers = await Promise.all(
    defaults.map(
      (port) =>
        new Promise<Server>((resolve, reject) => {
          const server = createServer((socket) => {
            connections += 1
            socket.on('error', () => {}).destroy()
          })
          server.once('error', (error) => reject(new Error(`This test needs port ${port} free.`, { cause: error })))
          server.listen(port, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  lab.environment({ OTEL_METRIC_EXPORT_INTERVAL: '20', OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_BLRP_SCHEDULE_DELAY: '20' })
})

afterEach(async () => {
  await lab.end()
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
})

describe('with no endpoint configured', () => {
  test('nothing tries to reach a collector, and one line says so (telemetry/19) (telemetry/20)', async () => {
    const telemetry = await lab.start()
    for (let i = 0; i < 10; i++) {
      emitEach()
      await telemetry.forceFlush()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await telemetry.shutdown()
    expect(connections).toBe(0)
    expect(lab.reports).toEqual([
      {
        level: 'info',
        message:
          'No OTLP endpoint is configured: traces, metrics and logs are not exported. Set OTEL_EXPORTER_OTLP_ENDPOINT, or write exporter "none" where that is meant.',
        fields: {},
      },
    ])
  })

  test('who chooses otlp gets its default address: the control (telemetry/19)', async () => {
    lab.environment({ OTEL_TRACES_EXPORTER: 'otlp' })
    await lab.start()
    emitEach()
    await until(() => connections > 0, 'a connection')
  })

  test('with a tap there is no line: it receives everything (telemetry/20)', async () => {
    const seen: string[] = []
    const telemetry = await lab.start({ tap: { onSpanEnd: ({ name }) => void seen.push(name) } })
    emitEach()
    await telemetry.forceFlush()
    expect(seen).toEqual(['work'])
    expect(lab.reports).toEqual([])
    expect(connections).toBe(0)
  })

  test('the line names only what is not exported (telemetry/20)', async () => {
    lab.environment({ OTEL_METRICS_EXPORTER: 'none' })
    await lab.start({ logs: { exporter: 'none' } })
    expect(lab.reports.map(({ message }) => message)).toEqual([
      'No OTLP endpoint is configured: traces are not exported. Set OTEL_EXPORTER_OTLP_ENDPOINT, or write exporter "none" where that is meant.',
    ])
    metrics.getMeter('tests').createCounter('jobs').add(1)
  })
})
