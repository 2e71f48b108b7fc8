import { getHeapSpaceStatistics } from 'node:v8'
import type { BatchObservableCallback, Meter } from '@opentelemetry/api'

/** `v8js.memory.heap.*`: the spaces of V8's heap. */
export function observeHeapSpaces(meter: Meter): () => void {
  const used = createSize(meter, 'v8js.memory.heap.used', 'Memory that is used in a space of the heap.')
  const size = createSize(meter, 'v8js.memory.heap.space.size', 'Memory that is reserved for a space of the heap.')
  const available = createSize(
    meter,
    'v8js.memory.heap.space.available_size',
    'Memory that is free in a space of the heap.',
  )
  const physical = createSize(
    meter,
    'v8js.memory.heap.space.physical_size',
    'Memory that is committed for a space of the heap.',
  )
  const instruments = [used, size, available, physical]
  const observe: BatchObservableCallback = (result) => {
    for (const space of getHeapSpaceStatistics()) {
      const attributes = { 'v8js.heap.space.name': space.space_name }
      result.observe(used, space.space_used_size, attributes)
      result.observe(size, space.space_size, attributes)
      result.observe(available, space.space_available_size, attributes)
      result.observe(physical, space.physical_space_size, attributes)
    }
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}

/** `jsc.memory.heap.*`: the heap of JavaScriptCore, for which there is no convention. */
export function observeEngineHeap(meter: Meter): () => void {
  const used = createSize(meter, 'jsc.memory.heap.used', 'Memory that is used in the heap.')
  const size = createSize(meter, 'jsc.memory.heap.size', 'Memory that is reserved for the heap.')
  const instruments = [used, size]
  const observe: BatchObservableCallback = (result) => {
    const { heapUsed, heapTotal } = process.memoryUsage()
    result.observe(used, heapUsed)
    result.observe(size, heapTotal)
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}

function createSize(meter: Meter, name: string, description: string) {
  return meter.createObservableUpDownCounter(name, { unit: 'By', description })
}
