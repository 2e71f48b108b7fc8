import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong, as a stable word. */
export type ApiKeyErrorCode =
  | 'ERR_API_KEY_COLLISION'
  | 'ERR_API_KEY_EXPIRED'
  | 'ERR_API_KEY_INPUT'
  | 'ERR_API_KEY_OPTION'
  | 'ERR_API_KEY_REVOKED'
  | 'ERR_API_KEY_ROTATED'
  | 'ERR_API_KEY_STORE'
  | 'ERR_API_KEY_UNKNOWN'

/** The error of this package. Branch on its `code`. */
export class ApiKeyError extends SeaworthyError<ApiKeyErrorCode> {}

/** The error for an option that cannot be kept. */
export function invalidOption(option: string, cure: string): ApiKeyError {
  return new ApiKeyError('ERR_API_KEY_OPTION', `The option "${option}" cannot be used. ${cure}`)
}

/** The error for what a new key cannot have. */
export function invalidInput(member: string, cure: string): ApiKeyError {
  return new ApiKeyError('ERR_API_KEY_INPUT', `A key cannot have this "${member}". ${cure}`)
}
