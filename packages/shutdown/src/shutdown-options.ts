import { isDevelopment, parseDuration, type Duration } from '@seaworthy/middleware'
import { ShutdownError } from './shutdown-error.ts'
import { consoleLogger, unfailing, type ShutdownLogger } from './shutdown-logger.ts'

/** Signals that ask a process to end. Others, such as SIGSEGV, are not trapped. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGBREAK' | 'SIGUSR1' | 'SIGUSR2'

/** Settings of `shutdown()`. */
export interface ShutdownOptions {
  /**
   * How long requests are still taken after SIGTERM, until every load balancer has seen that readiness is off. Other
   * causes skip it, and so does development.
   *
   * @default '5s'
   */
  readonly drainDelay?: Duration
  /**
   * How long everything may take, counted from the signal: drain delay, requests, hooks and last hooks. Keep it below
   * the orchestrator's patience; Kubernetes kills after `terminationGracePeriodSeconds`, 30 by default.
   *
   * @default '25s'
   */
  readonly deadline?: Duration
  /** Signals that begin a shutdown; a second one exits at once. @default ['SIGTERM', 'SIGINT'], and SIGBREAK on Windows */
  readonly signals?: readonly StopSignal[]
  /**
   * What an uncaught exception or an unhandled rejection does: `'drain'` reports it, shuts down within 5 s and exits
   * with 1; `'ignore'` leaves it to the runtime or to your own handlers.
   *
   * @default 'drain'
   */
  readonly onUncaught?: 'drain' | 'ignore'
  /** Receives what happens. A logger of `@seaworthy/log` fits. @default the console */
  readonly logger?: ShutdownLogger
  /** Leaves the process, after a signal or an uncaught error. @default process.exit */
  readonly exit?: (code: number) => void
}

/** The settings, checked and in milliseconds. */
export interface ShutdownSettings {
  readonly drainDelay: number
  readonly deadline: number
  readonly signals: readonly StopSignal[]
  readonly onUncaught: 'drain' | 'ignore'
  readonly logger: ShutdownLogger
  readonly exit: (code: number) => void
}

/** The longest deadline that fits into Kubernetes' default of 30 s, with time to spare for the kubelet. */
const longest = 28_000

const stopSignals: ReadonlySet<string> = new Set<StopSignal>([
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGBREAK',
  'SIGUSR1',
  'SIGUSR2',
])

/** Checks the options, and warns about what works but will be killed. */
export function readOptions(options: ShutdownOptions): ShutdownSettings {
  const drainDelay = parseDuration(options.drainDelay ?? '5s')
  const deadline = parseDuration(options.deadline ?? '25s')
  const logger = unfailing(options.logger ?? consoleLogger)
  const { signals = defaultSignals(), onUncaught = 'drain', exit = (code) => process.exit(code) } = options
  if (drainDelay >= deadline) {
    throw new ShutdownError(
      'ERR_SHUTDOWN_OPTION',
      `drainDelay (${drainDelay} ms) leaves no time within deadline (${deadline} ms): the deadline contains it.`,
    )
  }
  for (const signal of signals) {
    if (stopSignals.has(signal)) continue
    throw new ShutdownError(
      'ERR_SHUTDOWN_OPTION',
      `${signal} cannot begin a shutdown. Use ${[...stopSignals].join(', ')}.`,
    )
  }
  if (deadline > longest) {
    logger.warn(
      `The deadline of ${deadline} ms is longer than 28 s: Kubernetes kills after 30 s by default. ` +
        'Raise terminationGracePeriodSeconds as well.',
    )
  }
  return { drainDelay: isDevelopment() ? 0 : drainDelay, deadline, signals, onUncaught, logger, exit }
}

function defaultSignals(): readonly StopSignal[] {
  return process.platform === 'win32' ? ['SIGTERM', 'SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT']
}
