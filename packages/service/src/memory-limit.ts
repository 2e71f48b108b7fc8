import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** How much memory a process may use, in bytes. */
export interface MemoryLimits {
  /** What the heap may grow to. */
  readonly heap: number
  /** What the container has, or the machine without one. */
  readonly available: number
}

/** The limits of this process; `undefined` on Bun, whose engine sets no limit to its heap. */
export function memoryLimits(): MemoryLimits | undefined {
  if ('bun' in process.versions) return undefined
  // Without a limit, Node tells one beyond the machine's memory.
  return {
    heap: getHeapStatistics().heap_size_limit,
    available: Math.min(process.constrainedMemory() || Infinity, totalmem()),
  }
}
