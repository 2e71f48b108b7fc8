import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runtimeMetrics } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
let running: Disposable
beforeEach(() => {
  sdk = startSdk()
  running = runtimeMetrics()
})
afterEach(() => {
  running[Symbol.dispose]()
  sdk.stop()
})

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

/** Makes garbage until it has been collected. */
async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 200 && !(await sdk.names()).includes('v8js.gc.duration'); i++) {
    const garbage = Array.from({ length: 100_000 }, (_, n) => ({ n }))
    await sleep(garbage.length > 0 ? 2 : 0)
  }
}

test('says how busy the event loop was (metrics/45)', async () => {
  await sleep(1_000)
  block(300)
  const share = await only('nodejs.eventloop.utilization')
  expect(share).toBeGreaterThan(0.1)
  expect(share).toBeLessThan(0.9)
  expect(await only('nodejs.eventloop.utilization')).toBe(share)
  const time = await byAttribute('nodejs.eventloop.time')
  expect([...time.keys()]).toEqual(['active', 'idle'])
  expect(time.get('idle')).toBeGreaterThan(0.9)
  expect(time.get('active')).toBeGreaterThan(0.2)
})

test('records each garbage collection by its type (metrics/46)', async () => {
  await collectGarbage()
  const collections = await sdk.histograms('v8js.gc.duration')
  for (const { attributes, value } of collections) {
    expect(['minor', 'major', 'incremental', 'weakcb']).toContain(attributes['v8js.gc.type'])
    expect(value.buckets.boundaries).toEqual([0.01, 0.1, 1, 10])
    expect(value.sum).toBeLessThan(5)
  }
  expect(collections.length).toBeGreaterThan(0)
})

test('has the sizes of each space of the heap (metrics/47)', async () => {
  const used = await byAttribute('v8js.memory.heap.used')
  expect([...used.keys()]).toEqual(expect.arrayContaining(['new_space', 'old_space', 'code_space']))
  expect(used.get('old_space')).toBeGreaterThan(1e6)
  expect((await byAttribute('v8js.memory.heap.space.size')).get('old_space')).toBeGreaterThanOrEqual(
    used.get('old_space') ?? 0,
  )
  expect((await byAttribute('v8js.memory.heap.space.physical_size')).get('old_space')).toBeGreaterThan(1e6)
  expect((await byAttribute('v8js.memory.heap.space.available_size')).get('old_space')).toBeGreaterThanOrEqual(0)
})

test('counts what keeps the event loop alive, down to none (metrics/48)', async () => {
  const before = (await byAttribute('v8js.resource.active')).get('TCPServerWrap') ?? 0
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  expect((await byAttribute('v8js.resource.active')).get('TCPServerWrap')).toBe(before + 1)
  await new Promise((resolve) => server.close(resolve))
  const end = performance.now() + 2_000
  let left = before + 1
  while (left !== before && performance.now() < end) {
    await sleep(5)
    left = (await byAttribute('v8js.resource.active')).get('TCPServerWrap') ?? -1
  }
  expect(left).toBe(before)
})
