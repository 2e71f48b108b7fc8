import { Closing } from './closing.ts'
import type { LifecycleState } from './lifecycle.ts'
import { listenToProcess, type UncaughtOrigin } from './process-events.ts'
import { ShutdownError } from './shutdown-error.ts'
import type { ShutdownSettings } from './shutdown-options.ts'
import type { StopReport } from './stop-report.ts'
import { within } from './within.ts'

/** How long a shutdown may take after an error that nobody caught, in milliseconds. */
const uncaughtDeadline = 5000

interface Cause {
  readonly reason: string
  readonly drainDelay: number
  readonly deadline: number
}

/** Takes a service from `ready` to `stopped`, once, and the process to its exit. */
export class StopSequence {
  readonly closing: Closing
  readonly signal: AbortSignal
  readonly #settings: ShutdownSettings
  readonly #controller = new AbortController()
  readonly #leaveProcess: () => void
  #state: LifecycleState = 'starting'
  #stopping: Promise<StopReport> | undefined
  #signalled = false
  #crashed = false

  constructor(settings: ShutdownSettings) {
    this.#settings = settings
    this.closing = new Closing(settings.logger)
    this.signal = this.#controller.signal
    this.#leaveProcess = listenToProcess(settings.signals, settings.onUncaught === 'drain', {
      onSignal: (signal) => void this.#onSignal(signal),
      onUncaught: (error, origin) => void this.#onUncaught(error, origin),
    })
  }

  get state(): LifecycleState {
    return this.#state
  }

  ready(): void {
    const { unknown } = this.closing.hooks
    if (unknown) {
      throw new ShutdownError(
        'ERR_SHUTDOWN_HOOK',
        `The hook "${unknown.hook}" runs after "${unknown.name}", which is not registered.`,
      )
    }
    if (this.#state === 'starting') this.#state = 'ready'
  }

  stop(reason: string): Promise<StopReport> {
    return this.#begin({ reason, drainDelay: 0, deadline: this.#settings.deadline })
  }

  async #onSignal(signal: string): Promise<void> {
    const { drainDelay, deadline, exit, logger } = this.#settings
    if (this.#signalled) {
      logger.warn('second signal: leaving at once', { signal, open: this.closing.describe() })
      return exit(1)
    }
    this.#signalled = true
    // Nobody routes to a service that never was ready.
    const delay = signal === 'SIGTERM' && this.#state === 'ready' ? drainDelay : 0
    const { clean } = await this.#begin({ reason: signal, drainDelay: delay, deadline })
    exit(clean && !this.#crashed ? 0 : 1)
  }

  async #onUncaught(error: unknown, origin: UncaughtOrigin): Promise<void> {
    const { deadline, exit, logger } = this.#settings
    logger.error(error, `nobody caught this ${origin === 'uncaughtException' ? 'exception' : 'rejection'}`)
    if (this.#crashed) return
    this.#crashed = true
    await this.#begin({ reason: origin, drainDelay: 0, deadline: Math.min(deadline, uncaughtDeadline) })
    exit(1)
  }

  #begin(cause: Cause): Promise<StopReport> {
    return (this.#stopping ??= this.#run(cause))
  }

  async #run({ reason, drainDelay, deadline }: Cause): Promise<StopReport> {
    const { closing } = this
    const { logger } = this.#settings
    const start = performance.now()
    logger.info('draining', { reason, drainDelay, deadline })
    const ended = await within(deadline, () => this.#phases(drainDelay, start + deadline))
    if (ended === 'late') closing.end()
    this.#state = 'stopped'
    this.#leaveProcess()
    const { clean, open, failed } = closing
    const duration = Math.round(performance.now() - start)
    logger.info('stopped', { reason, clean, duration })
    return { reason, clean, open: [...open], failed: [...failed], duration }
  }

  async #phases(drainDelay: number, end: number): Promise<void> {
    const { closing } = this
    this.#state = 'draining'
    closing.drain()
    if (drainDelay > 0) await new Promise((resolve) => setTimeout(resolve, drainDelay))
    this.#state = 'closing'
    this.#controller.abort(new ShutdownError('ERR_SHUTDOWN_STOPPING', 'The service is shutting down.'))
    await closing.run(end)
  }
}
