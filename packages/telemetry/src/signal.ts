/** One of the three signals, as the names of OpenTelemetry's variables spell it. */
export type Signal = 'traces' | 'metrics' | 'logs'
