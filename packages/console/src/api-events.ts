import type { LogEntry } from './api-logs.ts'
import type { RequestSummary } from './api-requests.ts'
import type { HealthView } from './api-service.ts'

/** A topic of `GET api/events?topics=requests,logs`. @default 'requests,metrics,health' */
export type LiveTopic = 'requests' | 'logs' | 'metrics' | 'health'

/**
 * The events of the stream, by name, each with its `data` as JSON. At most a few a second: what happened in between
 * comes together. `id` carries the place; after a reconnection the stream goes on from `Last-Event-ID`.
 */
export interface LiveEvents {
  /** The first event. Where `reset` is true, what was read before no longer holds: read anew. */
  readonly hello: { readonly boot: string; readonly reset: boolean }
  /**
   * Requests that ended, in the order in which they arrived, and before them those of the same traces again, as they
   * stand now; `skipped` more are only in `api/requests`.
   */
  readonly requests: { readonly requests: readonly RequestSummary[]; readonly skipped: number }
  /** Lines that match the `level`, `search`, `service`, `logger` and `trace` of the stream's own query, the oldest first. */
  readonly logs: { readonly logs: readonly LogEntry[]; readonly skipped: number }
  /** New points are there: read the charts again. */
  readonly metrics: { readonly time: string }
  /** A check changed, or was asked again. */
  readonly health: HealthView
  /** Somebody cleared the console: read anew. */
  readonly cleared: Record<string, never>
}
