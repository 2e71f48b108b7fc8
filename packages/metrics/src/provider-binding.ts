import { createNoopMeter, metrics, type Meter } from '@opentelemetry/api'
import { ownMeter } from './instruments.ts'
import { version } from './version.ts'

/** How often is looked whether an SDK has started, in milliseconds. */
const period = 1000

/**
 * Registers observable instruments as soon as a provider has been set: nobody calls them by themselves, so that they
 * cannot be made at their first use.
 *
 * @param register - Returns what takes the instruments back.
 * @returns Takes them back, and stops waiting.
 */
export function onceProvided(register: (meter: Meter) => () => void): () => void {
  let undo = tryRegister()
  const timer = undo === undefined ? setInterval(look, period) : undefined
  timer?.unref()

  function look(): void {
    undo = tryRegister()
    if (undo !== undefined) clearInterval(timer)
  }

  function tryRegister(): (() => void) | undefined {
    const meter = metrics.getMeter(ownMeter, version)
    return meter === createNoopMeter() ? undefined : register(meter)
  }

  return () => {
    clearInterval(timer)
    undo?.()
  }
}
