export type { Part } from './part-list.ts'
export type { PreflightProblem } from './preflight.ts'
export { service } from './service.ts'
export type { Service, ServiceOptions } from './service-options.ts'
