import { totalmem } from 'node:os'
import { type BuiltInCheck, builtInCheck, type Measurement } from './check.ts'
import { type Threshold, threshold } from './threshold.ts'

/** Settings of {@link memoryCheck}. */
export interface MemoryCheckOptions {
  /** The resident memory from which the check fails; a share is one of the container's limit, else of the machine. */
  readonly used: Threshold
}

/** Checks that the process has not come near its limit of memory (resident set size, in bytes). */
export function memoryCheck({ used }: MemoryCheckOptions): BuiltInCheck {
  const limit = threshold(used)
  return builtInCheck(check, 'system')

  function check(): Measurement {
    const observed = { observedValue: process.memoryUsage.rss(), observedUnit: 'bytes' }
    const most = Math.floor(limit(availableMemory()))
    if (observed.observedValue < most) return { status: 'pass', ...observed }
    return { status: 'fail', output: `${observed.observedValue} of ${most} bytes are used`, ...observed }
  }
}

/** Without a limit, Node reports one beyond the machine's memory. */
function availableMemory(): number {
  return Math.min(process.constrainedMemory() || Infinity, totalmem())
}
