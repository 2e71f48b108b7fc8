import type { Meter } from '@opentelemetry/api'
import { parseDuration, type Duration } from '@seaworthy/middleware'
import { observeActiveResources } from './active-resources.ts'
import { observeEventLoopDelay } from './event-loop-delay.ts'
import { observeEventLoopTime } from './event-loop-time.ts'
import { observeFileDescriptors } from './file-descriptors.ts'
import { recordGarbageCollection } from './garbage-collection.ts'
import { observeEngineHeap, observeHeapSpaces } from './heap-memory.ts'
import { observeProcess } from './process-usage.ts'
import { onceProvided } from './provider-binding.ts'

/** Settings of {@link runtimeMetrics}. */
export interface RuntimeMetricsOptions {
  /** How often the delay of the event loop is sampled. @default '10ms' */
  readonly resolution?: Duration
  /** Whether open file descriptors are counted, which reads a directory. Linux has them. @default false */
  readonly fileDescriptors?: boolean
}

/** Makes instruments, and gives what takes them back. */
type Source = (meter: Meter) => () => void

/**
 * Records how the process and its event loop are doing, under OpenTelemetry's names, from when an SDK has started
 * until it is disposed of.
 */
export function runtimeMetrics(options: RuntimeMetricsOptions = {}): Disposable {
  const resolution = parseDuration(options.resolution ?? '10ms')
  const sources: Source[] = [(meter) => observeEventLoopDelay(meter, resolution), observeProcess]
  // Bun is not V8: it has neither its spaces nor its events, and its event loop does not tell how busy it was.
  if ('Bun' in globalThis) sources.push(observeEngineHeap)
  else sources.push(observeEventLoopTime, recordGarbageCollection, observeHeapSpaces, observeActiveResources)
  if (options.fileDescriptors === true) sources.push(observeFileDescriptors)
  const end = onceProvided((meter) => {
    const undo = sources.map((source) => source(meter))
    return () => undo.forEach((each) => each())
  })
  return { [Symbol.dispose]: end }
}
