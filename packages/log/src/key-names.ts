/** The names under which a line's own members are written. */
export interface KeyNames {
  /** @default 'time' */
  readonly time?: string
  /** @default 'level' */
  readonly level?: string
  /** @default 'msg' */
  readonly msg?: string
  /** @default 'trace_id' */
  readonly trace_id?: string
  /** @default 'span_id' */
  readonly span_id?: string
  /** @default 'request_id' */
  readonly request_id?: string
  /** What was thrown, when it was given to `error` or `fatal`. @default 'error' */
  readonly error?: string
}

/** Names that a log service understands without configuration: Google Cloud, AWS CloudWatch, Datadog, Elastic. */
export type KeyPreset = 'gcp' | 'aws' | 'datadog' | 'ecs'
