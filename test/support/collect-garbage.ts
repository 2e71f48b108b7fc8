import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const { Bun }: typeof globalThis & { Bun?: { gc(sync: boolean): void } } = globalThis

/** Collects garbage at once, on either runtime, however it was started. */
export const collectGarbage: () => void = Bun ? () => Bun.gc(true) : exposed()

function exposed(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
