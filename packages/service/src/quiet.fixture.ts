import { shutdown, type Lifecycle, type ShutdownLogger } from '@seaworthy/shutdown'

const silent: ShutdownLogger = { info: () => {}, warn: () => {}, error: () => {} }

/** A life cycle that a test ends by `stop()`: it listens to no signals, and says nothing. */
export function quietLife(): Lifecycle {
  return shutdown({ signals: [], onUncaught: 'ignore', logger: silent })
}
