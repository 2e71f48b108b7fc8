import { performance } from 'node:perf_hooks'
import type { BatchObservableCallback, Meter } from '@opentelemetry/api'
import { shortestWindow } from './observation-window.ts'

/** `nodejs.eventloop.time` and `nodejs.eventloop.utilization`: how busy the event loop is. */
export function observeEventLoopTime(meter: Meter): () => void {
  const time = meter.createObservableCounter('nodejs.eventloop.time', {
    unit: 's',
    description: 'Time that the event loop has been in each state.',
  })
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
    unit: '1',
    description: 'Share of the time since the last observation that the event loop was active.',
  })
  const instruments = [time, utilization]
  let former = performance.eventLoopUtilization()
  let share = former.utilization

  const observe: BatchObservableCallback = (result) => {
    const total = performance.eventLoopUtilization()
    result.observe(time, total.active / 1000, { 'nodejs.eventloop.state': 'active' })
    result.observe(time, total.idle / 1000, { 'nodejs.eventloop.state': 'idle' })
    if (total.active + total.idle - former.active - former.idle >= shortestWindow) {
      share = performance.eventLoopUtilization(total, former).utilization
      former = total
    }
    result.observe(utilization, share)
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}
