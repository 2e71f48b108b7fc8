import { SeaworthyError } from '@seaworthy/middleware'

/** What went wrong, in a word that programs branch on. */
export type ShutdownErrorCode =
  | 'ERR_SHUTDOWN_DEADLINE'
  | 'ERR_SHUTDOWN_HOOK'
  | 'ERR_SHUTDOWN_OPTION'
  | 'ERR_SHUTDOWN_STOPPING'
  | 'ERR_SHUTDOWN_TIMEOUT'

/** Thrown on misuse, and the reason of what a shutdown aborts. */
export class ShutdownError extends SeaworthyError<ShutdownErrorCode> {}
