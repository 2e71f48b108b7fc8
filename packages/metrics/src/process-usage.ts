import type { BatchObservableCallback, Meter } from '@opentelemetry/api'

/** `process.cpu.time`, `process.memory.usage` and `process.uptime`. */
export function observeProcess(meter: Meter): () => void {
  const cpu = meter.createObservableCounter('process.cpu.time', {
    unit: 's',
    description: 'CPU time that the process has used, by mode.',
  })
  const memory = meter.createObservableUpDownCounter('process.memory.usage', {
    unit: 'By',
    description: 'Physical memory that the process uses.',
  })
  const uptime = meter.createObservableGauge('process.uptime', {
    unit: 's',
    description: 'How long the process has been running.',
  })
  const instruments = [cpu, memory, uptime]
  const observe: BatchObservableCallback = (result) => {
    const { user, system } = process.cpuUsage()
    result.observe(cpu, user / 1e6, { 'cpu.mode': 'user' })
    result.observe(cpu, system / 1e6, { 'cpu.mode': 'system' })
    result.observe(memory, process.memoryUsage.rss())
    result.observe(uptime, process.uptime())
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}
