import { environmentInteger } from './environment.ts'
import { present } from './present.ts'
import type { Reporter } from './reporter.ts'

const DEFAULT_EXPORT_TIMEOUT = 30_000
/** What the SDK's own timeout has over that of the watch, which is the one that tells what happened. */
const MARGIN = 1000

/** How a batch processor of the SDK collects what it exports. Absent members are the SDK's defaults. */
interface ProcessorSettings {
  readonly scheduledDelayMillis?: number
  readonly exportTimeoutMillis: number
  readonly maxQueueSize?: number
  readonly maxExportBatchSize?: number
}

/** How spans or log records are exported in batches. */
export interface BatchSettings {
  readonly processor: ProcessorSettings
  /** The time that one export may take, in milliseconds. */
  readonly exportTimeout: number
}

/** The batch settings of spans (`OTEL_BSP_*`) or of log records (`OTEL_BLRP_*`): the SDK does not read them itself. */
export function batchSettings(prefix: 'OTEL_BSP' | 'OTEL_BLRP', reporter: Reporter): BatchSettings {
  const exportTimeout = environmentInteger(`${prefix}_EXPORT_TIMEOUT`, 1, reporter) ?? DEFAULT_EXPORT_TIMEOUT
  const processor = present<ProcessorSettings>({
    scheduledDelayMillis: environmentInteger(`${prefix}_SCHEDULE_DELAY`, 0, reporter),
    exportTimeoutMillis: exportTimeout + MARGIN,
    maxQueueSize: environmentInteger(`${prefix}_MAX_QUEUE_SIZE`, 1, reporter),
    maxExportBatchSize: environmentInteger(`${prefix}_MAX_EXPORT_BATCH_SIZE`, 1, reporter),
  })
  return { processor, exportTimeout }
}
