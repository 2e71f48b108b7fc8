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

async function only(name: string): Promise<number> {
  const [point] = await sdk.numbers(name)
  if (point === undefined) throw new Error(`${name} was not observed`)
  return point.value
}

test('has the size of the heap of JavaScriptCore (metrics/44)', async () => {
  expect(await only('jsc.memory.heap.used')).toBeGreaterThan(100_000)
  expect(await only('jsc.memory.heap.size')).toBeGreaterThan(100_000)
})
