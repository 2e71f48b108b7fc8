/**
 * The console's JSON API, which its page reads. Everything stands below the console's path, `/_console` by default:
 *
 * | request                             | answer                                                     |
 * | ----------------------------------- | ---------------------------------------------------------- |
 * | `GET api/meta`                      | {@link Meta}                                               |
 * | `GET api/requests?…`                | {@link RequestPage}, filtered by {@link RequestQuery}      |
 * | `GET api/traces/:traceId`           | {@link Trace}                                              |
 * | `GET api/traces/:traceId/:spanId`   | {@link SpanDetail}                                         |
 * | `GET api/logs?…`                    | {@link LogPage}, filtered by {@link LogQuery}              |
 * | `GET api/metrics/routes?…`          | {@link RouteMetrics}, by {@link MetricsQuery}              |
 * | `GET api/metrics/runtime?…`         | {@link RuntimeMetrics}, by {@link MetricsQuery}            |
 * | `GET api/metrics?…`                 | {@link InstrumentList}, by {@link MetricsQuery}            |
 * | `GET api/metrics/series?name=…`     | {@link Chart}, by {@link MetricsQuery} and `name`          |
 * | `GET api/health`                    | {@link HealthView}                                         |
 * | `GET api/routes`                    | {@link RouteView}                                          |
 * | `GET api/map`                       | {@link ServiceMap}                                         |
 * | `GET api/config`                    | {@link ConfigView}                                         |
 * | `GET api/debug`                     | {@link DebugView}                                          |
 * | `POST api/debug/log`                | {@link DebugView}, after a {@link DebugLogChange}          |
 * | `POST api/clear`                    | 204: forgets all requests, logs and metrics                |
 * | `GET api/events?topics=…`           | `text/event-stream` of {@link LiveEvents}                  |
 *
 * An error is `application/problem+json`. A `POST` has a JSON body and `content-type: application/json`, and comes from
 * the console's own origin. The page itself is `<path>/` with the files of `assets` beside it; its views are in the hash,
 * such as `#/traces/<trace id>`, and all these addresses are relative to it.
 *
 * Times are ISO 8601 in UTC. Members in `Ms` are milliseconds with fractions. A member that is not known is absent.
 */
export type { DebugLogChange, DebugLogState, DebugView, InFlight } from './api-debug.ts'
export type { LiveEvents, LiveTopic } from './api-events.ts'
export type { LogEntry, LogLevel, LogPage, LogQuery } from './api-logs.ts'
export type { ServiceCalls, ServiceMap, ServiceNode } from './api-map.ts'
export type { Meta } from './api-meta.ts'
export type {
  Chart,
  ChartSeries,
  InstrumentList,
  InstrumentSummary,
  MetricsQuery,
  RouteMetrics,
  RouteRow,
  RouteSeries,
  RuntimeMetrics,
  TimeAxis,
} from './api-metrics.ts'
export type { RequestKind, RequestPage, RequestQuery, RequestSummary } from './api-requests.ts'
export type {
  ConfigRow,
  ConfigView,
  HealthCheckView,
  HealthSample,
  HealthView,
  RouteEntry,
  RouteView,
} from './api-service.ts'
export type { AttributeMap, AttributeValue, SpanBar, SpanDetail, SpanEvent, SpanKindName, Trace } from './api-traces.ts'
