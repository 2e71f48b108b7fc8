export type * from './api.ts'
export { ConsoleError, type ConsoleErrorCode } from './console-error.ts'
