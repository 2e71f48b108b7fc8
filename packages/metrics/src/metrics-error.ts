import { SeaworthyError } from '@seaworthy/middleware'

/** What can go wrong in this package. */
export type MetricsErrorCode =
  | 'ERR_METRICS_ATTRIBUTES'
  | 'ERR_METRICS_BUCKETS'
  | 'ERR_METRICS_LIMIT'
  | 'ERR_METRICS_NAME'
  | 'ERR_METRICS_PATH'
  | 'ERR_METRICS_READER_BOUND'
  | 'ERR_METRICS_READER_SHUT_DOWN'
  | 'ERR_METRICS_READER_UNBOUND'

/** An error of this package: its `code` says which. */
export class MetricsError extends SeaworthyError<MetricsErrorCode> {}
