import { attributes, list, member, number, optionalNumber, resourceOf, text, time } from './otlp-values.ts'
import type { ExponentialValue, HistogramValue, MetricData, PointData, ResourceMetricsData } from './telemetry-data.ts'

/** The metrics of an `ExportMetricsServiceRequest`, by their resources. Summaries are left out: nothing shows them. */
export function receivedMetrics(request: unknown): readonly ResourceMetricsData[] {
  return list(member(request, 'resourceMetrics')).map((owner) => ({
    resource: resourceOf(owner),
    scopeMetrics: list(member(owner, 'scopeMetrics')).map((scoped) => ({
      metrics: list(member(scoped, 'metrics')).flatMap(receivedMetric),
    })),
  }))
}

type ReadValue = (point: unknown) => PointData['value'] | undefined

/** The forms of a metric, with their numbers in OpenTelemetry's `DataPointType`. */
const forms: readonly (readonly [name: string, type: number, read: ReadValue])[] = [
  ['histogram', 0, histogram],
  ['exponentialHistogram', 1, exponential],
  ['gauge', 2, measured],
  ['sum', 3, measured],
]

function receivedMetric(metric: unknown): MetricData[] {
  const form = forms.find(([name]) => member(metric, name) !== undefined)
  if (form === undefined) return []
  const [name, dataPointType, read] = form
  const data = member(metric, name)
  const given = (part: string) => text(member(metric, part))
  return [
    {
      descriptor: { name: given('name'), description: given('description'), unit: given('unit') },
      dataPointType,
      // OTLP counts from 1.
      aggregationTemporality: number(member(data, 'aggregationTemporality')) - 1,
      isMonotonic: member(data, 'isMonotonic') === true,
      dataPoints: list(member(data, 'dataPoints')).flatMap((point) => receivedPoint(point, read)),
    },
  ]
}

function receivedPoint(point: unknown, read: ReadValue): PointData[] {
  const value = read(point)
  if (value === undefined) return []
  return [
    {
      startTime: time(member(point, 'startTimeUnixNano')),
      endTime: time(member(point, 'timeUnixNano')),
      attributes: attributes(member(point, 'attributes')),
      value,
    },
  ]
}

function measured(point: unknown): number | undefined {
  return optionalNumber(member(point, 'asDouble')) ?? optionalNumber(member(point, 'asInt'))
}

/** The most buckets that are read. */
const mostBuckets = 500

function numbers(value: unknown): number[] {
  return list(value).slice(0, mostBuckets).map(number)
}

function histogram(point: unknown): HistogramValue {
  return {
    buckets: {
      boundaries: numbers(member(point, 'explicitBounds')),
      counts: numbers(member(point, 'bucketCounts')),
    },
    ...totals(point),
  }
}

function exponential(point: unknown): ExponentialValue {
  const positive = member(point, 'positive')
  return {
    scale: number(member(point, 'scale')),
    zeroCount: number(member(point, 'zeroCount')),
    positive: { offset: number(member(positive, 'offset')), bucketCounts: numbers(member(positive, 'bucketCounts')) },
    ...totals(point),
  }
}

function totals(point: unknown): Pick<HistogramValue, 'count' | 'sum' | 'max'> {
  return {
    count: number(member(point, 'count')),
    sum: optionalNumber(member(point, 'sum')),
    max: optionalNumber(member(point, 'max')),
  }
}
