/** A request case: one set of middleware round one route. */
export interface RequestCase {
  readonly name: string
  /** What a user would pick today for the same job: the name of another variant. */
  readonly peer?: string
}

/** The cases of a request, in the order in which they are printed. `bare` and `noop` are what the others stand on. */
export const requestCases: readonly RequestCase[] = [
  { name: 'bare' },
  { name: 'noop' },
  { name: 'stack-noop' },
  { name: 'stack-noop-scope' },
  { name: 'separate-noop' },
  { name: 'tracing-no-sdk', peer: 'peer-tracing-no-sdk' },
  { name: 'service', peer: 'peer-stack-unsampled' },
  { name: 'tracing', peer: 'peer-tracing' },
  { name: 'metrics', peer: 'peer-metrics' },
  { name: 'access-log', peer: 'peer-access-log' },
  { name: 'request-id', peer: 'peer-request-id' },
  { name: 'stack-unsampled', peer: 'peer-stack-unsampled' },
  { name: 'stack-unsampled-keep', peer: 'peer-stack-unsampled' },
  { name: 'stack-sampled', peer: 'peer-stack-sampled' },
]

/** A case that is no request: one figure, and that of the peer. */
export interface ValueCase {
  readonly name: string
  readonly unit: string
  readonly peers: readonly string[]
}

/** Lines, start-up and memory. Where there are two peers the better one counts. */
export const valueCases: readonly ValueCase[] = [
  { name: 'log-line', unit: 'us', peers: ['peer-log-line-pino', 'peer-log-line-pino-buffered'] },
  { name: 'import-ms', unit: 'ms', peers: ['peer-import-ms'] },
  { name: 'rss-mb', unit: 'MB', peers: ['peer-rss-mb'] },
  { name: 'heap-after-1m', unit: 'MB', peers: ['peer-heap-after-1m'] },
]
