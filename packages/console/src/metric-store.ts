import { toMs } from './hr-time.ts'
import { kindOf, MetricSeries, type SeriesKind } from './metric-series.ts'
import { serviceOf } from './service-of.ts'
import type { GivenAttributes, MetricData, PointData, ResourceMetricsData } from './telemetry-data.ts'
import { cutText, Scale } from './weigh.ts'

/** An instrument by its name, over all services. */
export interface Instrument {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly kind: SeriesKind
  readonly series: Map<string, MetricSeries>
  /** When each sender told of it last, in milliseconds. */
  readonly told: Map<string, number>
}

/** How much a {@link MetricStore} holds at most. */
export interface MetricLimits {
  readonly series: number
  /** How far back, in milliseconds. */
  readonly time: number
  readonly bytes: number
}

/** The closest that two points of a series are, in milliseconds: what is measured more often is put together. */
export const metricStep = 5_000

/** The heaviest set of attributes that becomes a series, in bytes, and the longest text that names an instrument. */
const heaviestAttributes = 4_096
const longestName = 255
const longestDescription = 1_024

/** How far ahead a sender's clock may be, in milliseconds. What is measured later would never leave. */
const farthest = 3_600_000

/** The most senders whose last time is remembered for each instrument. */
const mostSenders = 64

/** Who sent metrics, and until when they can have been measured. */
interface Sent {
  readonly service: string
  readonly sender: string
  readonly latest: number
}

/** The metrics of all services over time, bounded in series, in time and in bytes. */
export class MetricStore {
  readonly #limits: MetricLimits
  readonly #instruments = new Map<string, Instrument>()
  #series = 0
  #bytes = 0
  #dropped = 0
  #seq = 0

  constructor(limits: MetricLimits) {
    this.#limits = limits
  }

  /** How many series are held. */
  get series(): number {
    return this.#series
  }

  /** What the points of all series take, as it is estimated. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many points were refused because there was no room for their series. */
  get dropped(): number {
    return this.#dropped
  }

  /** Grows with each set of metrics that is taken. */
  get seq(): number {
    return this.#seq
  }

  /** All instruments. */
  instruments(): Iterable<Instrument> {
    return this.#instruments.values()
  }

  /** One instrument, if anybody told of it. */
  find(name: string): Instrument | undefined {
    return this.#instruments.get(name)
  }

  /**
   * Takes the metrics of one sender.
   *
   * @returns How many points found no room.
   */
  add({ resource, scopeMetrics }: ResourceMetricsData, now: number): number {
    const before = this.#dropped
    const sender = senderOf(resource.attributes)
    const service = serviceOf(resource)
    const sent = { service, sender, latest: now + farthest }
    for (const { metrics } of scopeMetrics) for (const metric of metrics) this.#metric(metric, sent)
    this.#seq++
    this.#forget(now - this.#limits.time)
    return this.#dropped - before
  }

  /** Forgets all. */
  clear(): void {
    this.#instruments.clear()
    this.#series = 0
    this.#bytes = 0
  }

  #metric(metric: MetricData, { service, sender, latest: end }: Sent): void {
    const instrument = this.#instrument(metric)
    if (instrument === undefined) {
      this.#dropped += metric.dataPoints.length
      return
    }
    const cumulative = metric.aggregationTemporality === 1
    const earliest = instrument.told.get(sender) ?? 0
    let latest = earliest
    for (const point of metric.dataPoints) {
      const series = toMs(point.endTime) > end ? undefined : this.#find(instrument, point, service, sender)
      if (series === undefined) {
        this.#dropped++
        continue
      }
      series.add(point, cumulative, earliest, metricStep)
      latest = Math.max(latest, series.told)
    }
    if (instrument.told.size < mostSenders || instrument.told.has(sender)) instrument.told.set(sender, latest)
  }

  #instrument(metric: MetricData): Instrument | undefined {
    const { name, description, unit } = metric.descriptor
    const kind = kindOf(metric)
    const known = this.#instruments.get(name)
    if (known !== undefined) return known.kind === kind ? known : undefined
    if (name === '' || name.length > longestName || this.#instruments.size >= this.#limits.series) return undefined
    const made: Instrument = {
      name,
      description: cutText(description, longestDescription),
      unit: cutText(unit, longestName),
      kind,
      series: new Map(),
      told: new Map(),
    }
    this.#instruments.set(name, made)
    return made
  }

  #find(instrument: Instrument, point: PointData, service: string, sender: string): MetricSeries | undefined {
    const id = `${sender}\n${identity(point.attributes)}`
    const known = instrument.series.get(id)
    if (known !== undefined) return known
    if (this.#series >= this.#limits.series || isHeavy(point.attributes)) return undefined
    const series = new MetricSeries(service, point.attributes, instrument.kind)
    instrument.series.set(id, series)
    this.#series++
    return series
  }

  /** Forgets what is older, and, while that is too much, the older half of the rest. */
  #forget(before: number): void {
    this.#bytes = this.#drop(before)
    let length = this.#limits.time
    while (this.#bytes > this.#limits.bytes && length > metricStep) {
      length /= 2
      this.#bytes = this.#drop(before + this.#limits.time - length)
    }
  }

  #drop(before: number): number {
    let bytes = 0
    for (const instrument of this.#instruments.values()) {
      for (const [id, series] of instrument.series) {
        series.forget(before)
        bytes += series.bytes
        if (series.told < before) {
          instrument.series.delete(id)
          this.#series--
        }
      }
      if (instrument.series.size === 0) this.#instruments.delete(instrument.name)
    }
    return bytes
  }
}

function isHeavy(attributes: GivenAttributes): boolean {
  const scale = new Scale()
  scale.attributes(attributes)
  return scale.oversize || scale.bytes > heaviestAttributes
}

/** Attributes as one text, whatever their order. */
function identity(attributes: GivenAttributes): string {
  const entries = Object.entries(attributes)
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return entries
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n')
}

/** Two processes of one service count each for itself. */
function senderOf(attributes: GivenAttributes): string {
  const names = ['service.namespace', 'service.name', 'service.instance.id', 'host.name', 'process.pid']
  return names.map((name) => cutText(String(attributes[name] ?? ''), 100)).join('/')
}
