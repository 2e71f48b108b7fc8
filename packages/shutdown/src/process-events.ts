import type { StopSignal } from './shutdown-options.ts'

/** What a process tells a shutdown. */
export interface ProcessListener {
  onSignal(signal: string): void
  onUncaught(error: unknown, origin: UncaughtOrigin): void
}

/** Which of the two events an error came from. */
export type UncaughtOrigin = 'uncaughtException' | 'unhandledRejection'

/**
 * Listens to signals and, if asked, to errors that nobody caught.
 *
 * @returns A function that stops listening.
 */
export function listenToProcess(
  signals: readonly StopSignal[],
  uncaught: boolean,
  listener: ProcessListener,
): () => void {
  const onSignal = (signal: string): void => listener.onSignal(signal)
  const onException = (error: unknown): void => listener.onUncaught(error, 'uncaughtException')
  const onRejection = (error: unknown): void => listener.onUncaught(error, 'unhandledRejection')
  for (const signal of signals) process.on(signal, onSignal)
  if (uncaught) process.on('uncaughtException', onException).on('unhandledRejection', onRejection)
  return () => {
    for (const signal of signals) process.off(signal, onSignal)
    process.off('uncaughtException', onException).off('unhandledRejection', onRejection)
  }
}
