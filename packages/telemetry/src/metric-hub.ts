import {
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  type IMetricReader,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics'

/** What can be fed with metrics: the part of a reader that takes the producer. */
export interface Fed {
  setMetricProducer(producer: MetricProducer): void
}

/**
 * One reader that feeds many. The SDK aggregates every measurement once for each of its readers; those that want the
 * plain, cumulative form share one aggregation through here, and more can be fed while the service runs.
 */
export interface MetricHub {
  /** What the provider is given. */
  readonly reader: IMetricReader
  /** Adds a reader that is flushed and shut down with the provider. */
  add(reader: IMetricReader): void
  /** Gives something the metrics, without owning it. */
  feed(fed: Fed): void
}

/** The SDK's own limit of attribute sets for each instrument. */
const CARDINALITY_LIMIT = 2000

/** Makes an empty {@link MetricHub}. */
export function createMetricHub(): MetricHub {
  const readers: IMetricReader[] = []
  const waiting: Fed[] = []
  const known = new WeakSet<Fed>()
  let producer: MetricProducer | undefined
  function feed(fed: Fed): void {
    // A reader takes its producer once, also where a tap comes, goes and comes again.
    if (known.has(fed)) return
    known.add(fed)
    if (producer) fed.setMetricProducer(producer)
    else waiting.push(fed)
  }
  const reader: IMetricReader = {
    setMetricProducer(given) {
      producer = given
      for (const fed of waiting.splice(0)) fed.setMetricProducer(given)
    },
    selectAggregation: () => ({ type: AggregationType.DEFAULT }),
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
    selectCardinalityLimit: () => CARDINALITY_LIMIT,
    collect: (options) => {
      if (producer) return producer.collect(options)
      return Promise.reject(new Error('The metric hub stands in no provider yet.'))
    },
    forceFlush: (options) => all(readers.map((each) => each.forceFlush(options))),
    shutdown: (options) => all(readers.map((each) => each.shutdown(options))),
  }
  return {
    reader,
    feed,
    add(added) {
      readers.push(added)
      feed(added)
    },
  }
}

/** Whether a reader wants what the hub has: every instrument cumulative, with its default aggregation and limit. */
export function canShare(reader: IMetricReader): boolean {
  return Object.values(InstrumentType).every(
    (type) =>
      reader.selectAggregationTemporality(type) === AggregationTemporality.CUMULATIVE &&
      reader.selectAggregation(type).type === AggregationType.DEFAULT &&
      (reader.selectCardinalityLimit?.(type) ?? CARDINALITY_LIMIT) === CARDINALITY_LIMIT,
  )
}

async function all(done: readonly Promise<void>[]): Promise<void> {
  await Promise.all(done)
}
