import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { BatchObservableCallback, Meter } from '@opentelemetry/api'
import { shortestWindow } from './observation-window.ts'

/** What the event loop's delay was since the observation before, in seconds. */
interface Delay {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** `nodejs.eventloop.delay.*`: how late the event loop is. */
export function observeEventLoopDelay(meter: Meter, resolution: number): () => void {
  const monitor = monitorEventLoopDelay({ resolution })
  monitor.enable()
  const instruments = {
    p50: createDelayGauge('p50', 'Median delay of the event loop.'),
    p90: createDelayGauge('p90', 'Delay of the event loop that 90 of 100 turns keep to.'),
    p99: createDelayGauge('p99', 'Delay of the event loop that 99 of 100 turns keep to.'),
    max: createDelayGauge('max', 'Longest delay of the event loop.'),
  }
  // Node counts the time between two turns of a timer, Bun how late it is.
  const idle = 'Bun' in globalThis ? 0 : resolution
  let delay: Delay | undefined
  let since = -Infinity

  function read(): Delay | undefined {
    const now = performance.now()
    if (now - since < shortestWindow || monitor.count === 0) return delay
    since = now
    const max = seconds(monitor.max)
    const percentile = (of: number): number => Math.min(max, seconds(monitor.percentile(of)))
    delay = { p50: percentile(50), p90: percentile(90), p99: percentile(99), max }
    monitor.reset()
    return delay
  }

  function seconds(nanoseconds: number): number {
    return Math.max(0, nanoseconds / 1e9 - idle / 1e3)
  }

  function createDelayGauge(name: keyof Delay, description: string) {
    return meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { unit: 's', description })
  }

  const observe: BatchObservableCallback = (result) => {
    const current = read()
    if (current === undefined) return
    for (const name of ['p50', 'p90', 'p99', 'max'] as const) result.observe(instruments[name], current[name])
  }
  meter.addBatchObservableCallback(observe, Object.values(instruments))
  return () => {
    meter.removeBatchObservableCallback(observe, Object.values(instruments))
    monitor.disable()
  }
}
