import { writeSync } from 'node:fs'

/** Says on stderr that logging itself has failed. There is nowhere else to say it, so that a failure here is ignored. */
export function complain(message: string, failed?: number): void {
  if (failed === 2) return
  try {
    writeSync(2, `seaworthy: ${message}\n`)
  } catch {
    // Nobody reads stderr either.
  }
}
