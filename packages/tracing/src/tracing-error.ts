import { SeaworthyError } from '@seaworthy/middleware'

/** What can be wrong with an option of this package. */
export type TracingErrorCode = 'ERR_TRACING_BAGGAGE_HOST' | 'ERR_TRACING_HEADER' | 'ERR_TRACING_RESPONSE_HEADER'

/** An option that cannot work; thrown where the middleware or the fetch is made. */
export class TracingError extends SeaworthyError<TracingErrorCode> {}
