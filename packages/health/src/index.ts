export type { HealthDetails } from './answer-probe.ts'
export type {
  BuiltInCheck,
  Check,
  CheckFunction,
  CheckGate,
  CheckKind,
  CheckStatus,
  ComponentType,
  Measurement,
} from './check.ts'
export type { CheckResult, HealthChange } from './check-result.ts'
export type { HealthClock } from './clock.ts'
export { health, type Health } from './health.ts'
export { HealthError, type HealthErrorCode } from './health-error.ts'
export type { HealthOptions } from './health-options.ts'
export type { HealthPaths } from './health-paths.ts'
export type { Lifecycle, LifecycleState } from './lifecycle.ts'
export type { HealthFormat } from './negotiate-format.ts'
export type { Report } from './report.ts'
export type { HealthLogger } from './transition-log.ts'
export { diskCheck, type DiskCheckOptions } from './disk-check.ts'
export { eventLoopCheck, type EventLoopCheckOptions } from './event-loop-check.ts'
export { httpCheck, type HttpCheckOptions } from './http-check.ts'
export { memoryCheck, type MemoryCheckOptions } from './memory-check.ts'
export { postgresCheck, type PostgresClient, type QueryClient, type TemplateClient } from './postgres-check.ts'
export { redisCheck } from './redis-check.ts'
export { tcpCheck, type TcpCheckOptions } from './tcp-check.ts'
export type { Threshold } from './threshold.ts'
