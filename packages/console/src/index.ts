export type { ConsoleAccess } from './access.ts'
export type * from './api.ts'
export { ConsoleError, type ConsoleErrorCode } from './console-error.ts'
export type { ConsoleOptions } from './console-options.ts'
export { consolePage, type Console } from './console-page.ts'
export type {
  ConfigValue,
  DebugInflight,
  DebugLevel,
  DebugLevelChange,
  DebugSource,
  HealthReport,
  HealthResult,
  HealthSource,
  Route,
} from './console-sources.ts'
export type { RetainOptions } from './retain.ts'
export type {
  EventData,
  ExponentialValue,
  GivenAttributes,
  HistogramValue,
  HrTime,
  LinkData,
  LogData,
  MetricData,
  PointData,
  ProducerData,
  ResourceData,
  ResourceMetricsData,
  ScopeData,
  SpanData,
} from './telemetry-data.ts'
