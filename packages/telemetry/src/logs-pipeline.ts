import {
  BatchLogRecordProcessor,
  ConsoleLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs'
import { batchSettings, type BatchSettings } from './batch-settings.ts'
import type { Choice, ChosenExporter } from './chosen-exporters.ts'
import { logLimits } from './limits.ts'
import { otlpLogExporter } from './otlp-exporters.ts'
import { createPipeline, makeExporters, type Pipeline, type PipelineParts } from './pipeline.ts'

/** Makes the provider of log records, with its exporters and the tap. */
export async function logsPipeline(
  choice: Choice<LogRecordExporter>,
  tap: LogRecordProcessor,
  { resource, reporter, watch }: PipelineParts,
): Promise<Pipeline<LoggerProvider>> {
  const batch = batchSettings('OTEL_BLRP', reporter)
  const exporters = await makeExporters('logs', choice, reporter, async (chosen) => ({
    simple: chosen.kind === 'console',
    exporter: watch.watch(await logExporter(chosen), {
      signal: 'logs',
      count: (records: ReadableLogRecord[]) => records.length,
      timeout: batch.exportTimeout,
    }),
  }))
  const provider = new LoggerProvider({
    resource,
    logRecordLimits: logLimits(reporter),
    processors: [...exporters.map(({ made }) => exportingProcessor(made, batch)), tap],
  })
  return createPipeline(
    provider,
    exporters.map(({ kind }) => kind),
    exporters.map(({ made }) => made.exporter),
  )
}

async function logExporter(chosen: ChosenExporter<LogRecordExporter>): Promise<LogRecordExporter> {
  if (chosen.kind === 'custom') return chosen.exporter
  return chosen.kind === 'otlp' ? otlpLogExporter(chosen.target) : new ConsoleLogRecordExporter()
}

function exportingProcessor(
  made: { simple: boolean; exporter: LogRecordExporter },
  batch: BatchSettings,
): LogRecordProcessor {
  const { simple, exporter } = made
  return simple
    ? new SimpleLogRecordProcessor({ exporter })
    : new BatchLogRecordProcessor({ exporter, ...batch.processor })
}
