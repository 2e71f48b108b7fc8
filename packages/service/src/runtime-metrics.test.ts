import { memoryOutput } from '@seaworthy/log/testing'
import { prometheus } from '@seaworthy/metrics'
import type { Lifecycle } from '@seaworthy/shutdown'
import { startTelemetry } from '@seaworthy/telemetry'
import { afterEach, expect, test } from 'vitest'
import { service, type ServiceOptions } from './index.ts'
import { quietLife } from './quiet.fixture.ts'

/** What hands out metrics, also when telemetry has been shut down. */
interface Producer {
  collect(): Promise<{ readonly resourceMetrics: { readonly scopeMetrics: readonly { readonly metrics: Metric[] }[] } }>
}

interface Metric {
  readonly descriptor: { readonly name: string }
  readonly dataPoints: readonly { readonly value: unknown }[]
}

let life: Lifecycle
afterEach(() => life.stop())

async function page(options: Partial<ServiceOptions>): Promise<string> {
  life = quietLife()
  const svc = await service({
    name: 'orders',
    log: { outputs: [memoryOutput()] },
    shutdown: life,
    debug: false,
    console: false,
    ...options,
  })
  const answer = svc.handler(() => new Response('ok'))
  return await (await answer(new Request('http://localhost/metrics'))).text()
}

test('the process is measured (service/37)', async () => {
  const text = await page({})
  expect(text).toMatch(/^process_uptime_seconds\{/m)
  expect(text).toMatch(/^process_memory_usage_bytes\{/m)
  expect(text).not.toContain('process_open_file_descriptor')
})

test('with options, or not at all (service/3) (service/5) (service/37)', async () => {
  const without = await page({ runtimeMetrics: false })
  expect(without).toContain('target_info')
  expect(without).not.toContain('process_uptime')
  await life.stop()
  const counted = await page({ runtimeMetrics: { fileDescriptors: true } })
  expect(counted.includes('file_descriptor')).toBe(process.platform === 'linux')
})

test('once: not where telemetry was handed over, unless they are asked for (service/37)', async () => {
  for (const [runtimeMetrics, expected] of [
    [undefined, false],
    [{}, true],
  ] as const) {
    const endpoint = prometheus()
    const telemetry = await startTelemetry({ metrics: { readers: [endpoint.reader] }, onError: () => {} })
    const text = await page({ telemetry, prometheus: endpoint, ...(runtimeMetrics && { runtimeMetrics }) })
    expect(text.includes('process_uptime')).toBe(expected)
    await life.stop()
  }
})

test('they end with the service (service/37)', async () => {
  const producers: Producer[] = []
  const reader = { setMetricProducer: (producer: Producer) => void producers.push(producer) }
  await page({ telemetry: { tap: { reader } } })
  const uptime = async (): Promise<unknown> => {
    const collected = await producers[0]?.collect()
    const metrics = collected?.resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    return metrics?.find(({ descriptor }) => descriptor.name === 'process.uptime')?.dataPoints[0]?.value
  }
  const first = await uptime()
  expect(first).toEqual(expect.any(Number))
  expect(await uptime()).not.toBe(first)
  await life.stop()
  // Nobody measures any more: the last value stays.
  const last = await uptime()
  expect(await uptime()).toBe(last)
})
