import { readdir } from 'node:fs/promises'
import type { Meter, ObservableCallback } from '@opentelemetry/api'

/** `process.unix.file_descriptor.count`, where the system shows it as a directory. */
export function observeFileDescriptors(meter: Meter): () => void {
  const count = meter.createObservableUpDownCounter('process.unix.file_descriptor.count', {
    unit: '{file_descriptor}',
    description: 'File descriptors that the process has open.',
  })
  const observe: ObservableCallback = async (result) => {
    const open = await readdir('/proc/self/fd').catch(() => undefined)
    // One of them is the directory itself.
    if (open !== undefined) result.observe(open.length - 1)
  }
  count.addCallback(observe)
  return () => count.removeCallback(observe)
}
