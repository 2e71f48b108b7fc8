import { environmentInteger } from './environment.ts'
import { present } from './present.ts'
import type { Reporter } from './reporter.ts'

/** How a batch processor collects what it exports. Absent members are the SDK's defaults. */
export interface BatchSettings {
  readonly scheduledDelayMillis?: number
  readonly exportTimeoutMillis?: number
  readonly maxQueueSize?: number
  readonly maxExportBatchSize?: number
}

/** The batch settings of spans (`OTEL_BSP_*`) or of log records (`OTEL_BLRP_*`): the SDK does not read them itself. */
export function batchSettings(prefix: 'OTEL_BSP' | 'OTEL_BLRP', reporter: Reporter): BatchSettings {
  return present<BatchSettings>({
    scheduledDelayMillis: environmentInteger(`${prefix}_SCHEDULE_DELAY`, 0, reporter),
    exportTimeoutMillis: environmentInteger(`${prefix}_EXPORT_TIMEOUT`, 1, reporter),
    maxQueueSize: environmentInteger(`${prefix}_MAX_QUEUE_SIZE`, 1, reporter),
    maxExportBatchSize: environmentInteger(`${prefix}_MAX_EXPORT_BATCH_SIZE`, 1, reporter),
  })
}
