import { SeaworthyError } from '@seaworthy/middleware'

/** What went wrong, in a word that programs branch on. */
export type ServiceErrorCode = 'ERR_SERVICE_OPTION'

/** Thrown when a service cannot be wired as asked. */
export class ServiceError extends SeaworthyError<ServiceErrorCode> {}
