import { open } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runtimeMetrics, type RuntimeMetricsOptions } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

const isBun = 'Bun' in globalThis

let sdk: Sdk
let running: Disposable | undefined
beforeEach(() => {
  sdk = startSdk()
})
afterEach(() => {
  running?.[Symbol.dispose]()
  running = undefined
  sdk.stop()
})

function start(options?: RuntimeMetricsOptions): void {
  running = runtimeMetrics(options)
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

async function only(name: string): Promise<number> {
  const [point] = await sdk.numbers(name)
  if (point === undefined) throw new Error(`${name} was not observed`)
  return point.value
}

/** The value of each series, by the value of its only attribute. */
async function byAttribute(name: string): Promise<Map<unknown, number>> {
  const points = await sdk.numbers(name)
  return new Map(points.map(({ attributes, value }) => [Object.values(attributes)[0], value]))
}

const everywhere = [
  'nodejs.eventloop.delay.max',
  'nodejs.eventloop.delay.p50',
  'nodejs.eventloop.delay.p90',
  'nodejs.eventloop.delay.p99',
  'process.cpu.time',
  'process.memory.usage',
  'process.uptime',
]
const onNode = [
  'nodejs.eventloop.time',
  'nodejs.eventloop.utilization',
  'v8js.gc.duration',
  'v8js.memory.heap.space.available_size',
  'v8js.memory.heap.space.physical_size',
  'v8js.memory.heap.space.size',
  'v8js.memory.heap.used',
  'v8js.resource.active',
]
const onBun = ['jsc.memory.heap.size', 'jsc.memory.heap.used']

/** Makes garbage until it has been collected. */
async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 200 && !(await sdk.names()).includes('v8js.gc.duration'); i++) {
    const garbage = Array.from({ length: 100_000 }, (_, n) => ({ n }))
    await sleep(garbage.length > 0 ? 2 : 0)
  }
}

test('has exactly the metrics that the runtime really has (metrics/37)', async () => {
  start()
  await sleep(60)
  if (!isBun) await collectGarbage()
  expect((await sdk.names()).toSorted()).toEqual([...everywhere, ...(isBun ? onBun : onNode)].toSorted())
})

describe('the event loop', () => {
  test('is hardly late while there is nothing to do, and as late as it was blocked (metrics/38)', async () => {
    start()
    await sleep(300)
    const idle = await only('nodejs.eventloop.delay.p50')
    expect(idle).toBeGreaterThanOrEqual(0)
    expect(idle).toBeLessThan(0.03)
    await sleep(1_000)
    block(250)
    await sleep(50)
    const max = await only('nodejs.eventloop.delay.max')
    expect(max).toBeGreaterThan(0.2)
    expect(max).toBeLessThan(2)
    const [p50, p90, p99] = [
      await only('nodejs.eventloop.delay.p50'),
      await only('nodejs.eventloop.delay.p90'),
      await only('nodejs.eventloop.delay.p99'),
    ]
    expect(p50).toBeLessThan(0.1)
    expect([p50, p90, p99, max]).toEqual([p50, p90, p99, max].toSorted((a, b) => a - b))
    for (const name of everywhere.slice(0, 4)) expect((await sdk.metric(name)).descriptor.unit).toBe('s')
  })

  test('shows two readers that come after each other the same delay (metrics/39)', async () => {
    start()
    await sleep(100)
    block(150)
    await sleep(50)
    const first = await only('nodejs.eventloop.delay.max')
    expect(first).toBeGreaterThan(0.1)
    await sleep(100)
    expect(await only('nodejs.eventloop.delay.max')).toBe(first)
  })
})

describe('the process', () => {
  test('uses CPU time, in seconds by mode (metrics/40)', async () => {
    start()
    const before = await byAttribute('process.cpu.time')
    block(200)
    const after = await byAttribute('process.cpu.time')
    expect([...after.keys()]).toEqual(['user', 'system'])
    expect((await sdk.numbers('process.cpu.time'))[0]?.attributes).toEqual({ 'cpu.mode': 'user' })
    const used =
      (after.get('user') ?? 0) + (after.get('system') ?? 0) - (before.get('user') ?? 0) - (before.get('system') ?? 0)
    expect(used).toBeGreaterThan(0.02)
    expect(used).toBeLessThan(5)
    const { descriptor, ...data } = await sdk.metric('process.cpu.time')
    expect(descriptor.unit).toBe('s')
    expect(data).toMatchObject({ isMonotonic: true })
  })

  test('uses memory in bytes, and runs for some time in seconds (metrics/40)', async () => {
    start()
    const memory = await only('process.memory.usage')
    expect(memory).toBeGreaterThan(10e6)
    expect(Math.abs(memory - process.memoryUsage.rss())).toBeLessThan(100e6)
    expect((await sdk.metric('process.memory.usage')).descriptor.unit).toBe('By')
    expect(Math.abs((await only('process.uptime')) - process.uptime())).toBeLessThan(1)
  })

  test.skipIf(!existsSync('/proc/self/fd'))('has file descriptors, counted when asked for (metrics/41)', async () => {
    start({ fileDescriptors: true })
    const before = await only('process.unix.file_descriptor.count')
    const files = await Promise.all(Array.from({ length: 20 }, () => open('/dev/null')))
    const during = await only('process.unix.file_descriptor.count')
    await Promise.all(files.map((file) => file.close()))
    expect(during - before).toBe(20)
  })
})

describe('runtimeMetrics', () => {
  test('may be called before the SDK starts (metrics/42)', async () => {
    sdk.stop()
    vi.useFakeTimers()
    try {
      start()
      vi.advanceTimersByTime(60_000)
      sdk = startSdk()
      vi.advanceTimersByTime(1_000)
    } finally {
      vi.useRealTimers()
    }
    expect(await only('process.uptime')).toBeGreaterThan(0)
  })

  test('ends when it is disposed of, also before it began (metrics/43)', async () => {
    sdk.stop()
    vi.useFakeTimers()
    try {
      start()
      running?.[Symbol.dispose]()
      sdk = startSdk()
      vi.advanceTimersByTime(60_000)
    } finally {
      vi.useRealTimers()
    }
    expect(await sdk.names()).toEqual([])
    start()
    const before = await only('process.uptime')
    running?.[Symbol.dispose]()
    await sleep(20)
    expect(await only('process.uptime')).toBe(before)
  })
})
