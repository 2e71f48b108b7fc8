export { flushTimeout, serveSettings, withReader } from './derived-settings.ts'
export { PartList } from './part-list.ts'
export { preflight } from './preflight.ts'
