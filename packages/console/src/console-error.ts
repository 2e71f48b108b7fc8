import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type ConsoleErrorCode = 'ERR_CONSOLE_OPTION' | 'ERR_CONSOLE_UNGUARDED'

/** The error of this package. Branch on its `code`. */
export class ConsoleError extends SeaworthyError<ConsoleErrorCode> {}
