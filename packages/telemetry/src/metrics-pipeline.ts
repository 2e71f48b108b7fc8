import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type IMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Choice, ChosenExporter } from './chosen-exporters.ts'
import { canShare, type MetricHub } from './metric-hub.ts'
import { metricTiming } from './metric-timing.ts'
import { otlpMetricExporter } from './otlp-exporters.ts'
import { histogramAggregation } from './otlp-settings.ts'
import { createPipeline, makeExporters, type Pipeline, type PipelineParts } from './pipeline.ts'
import { present } from './present.ts'
import type { MetricsOptions } from './telemetry-options.ts'

type Selectors = Pick<PushMetricExporter, 'selectAggregation' | 'selectAggregationTemporality'>

/** A reader that this pipeline made, with what else it opened. */
interface OwnedReader {
  readonly reader: IMetricReader
  close?(): void
}

/** Makes the provider of metrics, with its readers; those that can, share one through the hub. */
export async function metricsPipeline(
  options: MetricsOptions,
  choice: Choice<PushMetricExporter>,
  hub: MetricHub,
  { resource, reporter, watch }: PipelineParts,
): Promise<Pipeline<MeterProvider>> {
  const timing = metricTiming(options, reporter)
  const exporters = await makeExporters('metrics', choice, reporter, async (chosen): Promise<OwnedReader> => {
    if (chosen.kind === 'prometheus') return (await import('./serve-prometheus.ts')).servePrometheus(reporter)
    const exporter = await metricExporter(chosen, histogramAggregation(reporter))
    const watched = watch.watch(exporter, {
      signal: 'metrics',
      count: countMetrics,
      timeout: timing.exportTimeout,
    })
    return {
      reader: new PeriodicExportingMetricReader({ exporter: { ...watched, ...selectors(exporter) }, ...timing.reader }),
    }
  })
  const own: IMetricReader[] = [hub.reader]
  for (const reader of [...exporters.map(({ made }) => made.reader), ...(options.readers ?? [])]) {
    if (canShare(reader)) hub.add(reader)
    else own.push(reader)
  }
  const provider = new MeterProvider({ resource, readers: own })
  const pipeline = createPipeline(
    provider,
    exporters.map(({ kind }) => kind),
    [],
  )
  return {
    ...pipeline,
    async shutdown() {
      for (const { made } of exporters) made.close?.()
      await pipeline.shutdown()
    },
  }
}

async function metricExporter(
  chosen: ChosenExporter<PushMetricExporter>,
  aggregation: ReturnType<typeof histogramAggregation>,
): Promise<PushMetricExporter> {
  if (chosen.kind === 'custom') return chosen.exporter
  return chosen.kind === 'otlp' ? otlpMetricExporter(chosen.target, aggregation) : new ConsoleMetricExporter()
}

function selectors(exporter: PushMetricExporter): Selectors {
  return present<Selectors>({
    selectAggregation: exporter.selectAggregation?.bind(exporter),
    selectAggregationTemporality: exporter.selectAggregationTemporality?.bind(exporter),
  })
}

function countMetrics({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics.reduce((sum, { metrics }) => sum + metrics.length, 0)
}
