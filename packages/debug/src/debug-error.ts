import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type DebugErrorCode = 'ERR_DEBUG_LEVEL' | 'ERR_DEBUG_OPTION' | 'ERR_DEBUG_UNSUPPORTED'

/** The error of this package. Branch on its `code`. */
export class DebugError extends SeaworthyError<DebugErrorCode> {}

/** The error for an option that cannot be kept. */
export function invalidOption(option: string, cure: string): DebugError {
  return new DebugError('ERR_DEBUG_OPTION', `The option "${option}" cannot be used. ${cure}`)
}
