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
  { name: 'jwt-cached', peer: 'peer-hono-jwt' },
  { name: 'jwt-cached', peer: 'peer-fast-jwt-cached' },
  { name: 'jwt-uncached-hs256', peer: 'peer-jose-hs256' },
  { name: 'jwt-uncached-rs256', peer: 'peer-jose-rs256' },
  { name: 'jwt-uncached-es256', peer: 'peer-jose-es256' },
  { name: 'jwt-uncached-ed25519', peer: 'peer-jose-ed25519' },
  // What it costs to find the policy of a route is what is left when its guard is taken away.
  { name: 'policy', peer: 'jwt-cached' },
  { name: 'basic-cached', peer: 'peer-hono-basic-auth' },
  { name: 'api-key' },
  { name: 'rate-limit', peer: 'peer-hono-rate-limiter' },
  { name: 'stack-jwt', peer: 'peer-stack-jwt' },
  // The same telemetry without a console.
  { name: 'console-idle', peer: 'console-none' },
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
