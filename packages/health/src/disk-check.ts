import { statfs } from 'node:fs/promises'
import { type BuiltInCheck, builtInCheck, type Measurement } from './check.ts'
import { type Threshold, threshold } from './threshold.ts'

/** Settings of {@link diskCheck}. */
export interface DiskCheckOptions {
  /** A path on the file system to look at. */
  readonly path: string
  /** The free space below which the check fails; a share is one of the file system's size. */
  readonly free: Threshold
}

/** Checks that a file system has room left for this process, in bytes. */
export function diskCheck({ path, free }: DiskCheckOptions): BuiltInCheck {
  const limit = threshold(free)
  return builtInCheck(check, 'system')

  async function check(): Promise<Measurement> {
    const { bavail, blocks, bsize } = await statfs(path)
    const observed = { observedValue: bavail * bsize, observedUnit: 'bytes' }
    const least = Math.ceil(limit(blocks * bsize))
    if (observed.observedValue >= least) return { status: 'pass', ...observed }
    return { status: 'fail', output: `${observed.observedValue} of at least ${least} bytes are free`, ...observed }
  }
}
