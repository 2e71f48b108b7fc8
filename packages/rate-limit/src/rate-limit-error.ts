import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type RateLimitErrorCode =
  | 'ERR_RATE_LIMIT_CALLER'
  | 'ERR_RATE_LIMIT_COST'
  | 'ERR_RATE_LIMIT_KEY'
  | 'ERR_RATE_LIMIT_OPTION'
  | 'ERR_RATE_LIMIT_STORE'
  | 'ERR_RATE_LIMIT_TIMEOUT'

/** The error of this package. Branch on its `code`. */
export class RateLimitError extends SeaworthyError<RateLimitErrorCode> {}

/** The error for an option that cannot be kept. */
export function invalidOption(option: string, cure: string): RateLimitError {
  return new RateLimitError('ERR_RATE_LIMIT_OPTION', `The option "${option}" cannot be used. ${cure}`)
}
