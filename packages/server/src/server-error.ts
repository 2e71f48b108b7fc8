import { SeaworthyError } from '@seaworthy/middleware'

/** What went wrong, in a word that programs branch on. */
export type ServerErrorCode =
  | 'ERR_SERVER_ADDRESS'
  | 'ERR_SERVER_ADDRESS_IN_USE'
  | 'ERR_SERVER_LISTEN'
  | 'ERR_SERVER_OPTION'

/** Thrown when a server cannot be started as asked. */
export class ServerError extends SeaworthyError<ServerErrorCode> {}
