import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  createAlwaysRecordSampler,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'
import { batchSettings, type BatchSettings } from './batch-settings.ts'
import { chooseSampler } from './choose-sampler.ts'
import type { Choice, ChosenExporter } from './chosen-exporters.ts'
import { KeepProcessor } from './keep-processor.ts'
import { keepPolicy } from './keep-policy.ts'
import { spanLimits } from './limits.ts'
import { otlpSpanExporter } from './otlp-exporters.ts'
import { createPipeline, makeExporters, type Pipeline, type PipelineParts } from './pipeline.ts'
import type { TracesOptions } from './telemetry-options.ts'

/** Makes the provider of spans, with its sampler, its exporters, what is kept, and the tap. */
export async function tracesPipeline(
  options: TracesOptions,
  choice: Choice<SpanExporter>,
  tap: SpanProcessor,
  { resource, reporter, watch }: PipelineParts,
): Promise<Pipeline<TracerProvider>> {
  const keep = options.keep && keepPolicy(options.keep)
  const sampler = chooseSampler(options, reporter)
  const batch = batchSettings('OTEL_BSP', reporter)
  const exporters = await makeExporters('traces', choice, reporter, async (chosen) => ({
    simple: chosen.kind === 'console',
    exporter: watch.watch(await spanExporter(chosen), {
      signal: 'traces',
      count: (spans: ReadableSpan[]) => spans.length,
      timeout: batch.exportTimeout,
    }),
  }))
  const exporting = exporters.map(({ made }) => exportingProcessor(made, batch))
  // Where nothing is exported there is nothing to keep for.
  const keeping = keep && exporting.length > 0 ? [new KeepProcessor(keep, exporting)] : []
  const provider = new TracerProvider({
    resource,
    sampler: keeping.length > 0 ? createAlwaysRecordSampler(sampler) : sampler,
    spanLimits: spanLimits(reporter),
    spanProcessors: [...exporting, ...keeping, tap],
  })
  return createPipeline(
    provider,
    exporters.map(({ kind }) => kind),
    exporters.map(({ made }) => made.exporter),
  )
}

async function spanExporter(chosen: ChosenExporter<SpanExporter>): Promise<SpanExporter> {
  if (chosen.kind === 'custom') return chosen.exporter
  return chosen.kind === 'otlp' ? otlpSpanExporter(chosen.target) : new ConsoleSpanExporter()
}

function exportingProcessor(made: { simple: boolean; exporter: SpanExporter }, batch: BatchSettings): SpanProcessor {
  const { simple, exporter } = made
  return simple ? new SimpleSpanProcessor({ exporter }) : new BatchSpanProcessor({ exporter, ...batch.processor })
}
