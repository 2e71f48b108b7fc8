import {
  isPromise,
  middleware,
  registerProbe,
  type Exchange,
  type MaybePromise,
  type Middleware,
} from '@seaworthy/middleware'
import { AccessGuard, type Asked } from './access.ts'
import { answerApi } from './answer-api.ts'
import { resolveConsole, type ConsoleOptions } from './console-options.ts'
import type { ConsoleState } from './console-state.ts'
import { HealthHistory } from './health-history.ts'
import { LiveStreams } from './live-streams.ts'
import { OwnTelemetry } from './own-telemetry.ts'
import { PageFiles } from './page-files.ts'
import { OtlpReceiver } from './receive-otlp.ts'
import { empty, notAllowed, notFound } from './respond.ts'
import type { LogData, ProducerData, SpanData } from './telemetry-data.ts'
import { TelemetryStore } from './telemetry-store.ts'

/** The console: a middleware that answers below its path, and a tap for `startTelemetry({ tap: page })`. */
export interface Console extends Middleware {
  /** Whether there is one: where it is off, requests pass and nothing is kept. */
  readonly enabled: boolean
  /** Where it is, such as `/_console`: links are `<path>/#/traces/<trace id>`. */
  readonly path: string
  /** Keeps a span. Absent where the console is off. */
  readonly onSpanEnd?: (span: SpanData) => void
  /** Keeps a log record. Absent where the console is off. */
  readonly onLog?: (record: LogData) => void
  /** Collects this process's metrics. Absent where the console is off. */
  readonly reader?: { setMetricProducer(producer: ProducerData): void }
  /** Ends the event streams and what runs by itself. What is kept can still be read. */
  close(): void
}

/**
 * A page inside the service that shows what it just did: requests with their traces and log lines, metrics, health,
 * routes, who calls whom, and the configuration. Other services send to it over OTLP.
 *
 * Its own requests are probes: they are not traced, measured or logged.
 *
 * @returns A middleware that answers `/_console` and everything below it.
 * @throws {ConsoleError} `ERR_CONSOLE_OPTION` when an option cannot be kept, `ERR_CONSOLE_UNGUARDED` when it is enabled
 *   outside development without `authorize`.
 */
export function consolePage(given: ConsoleOptions = {}): Console {
  const options = resolveConsole(given)
  const { path, enabled, access, hosts, limits, clock } = options
  if (!enabled) return Object.assign(middleware({ name: 'consolePage' }), { enabled, path, close: () => {} })

  const store = new TelemetryStore(limits, () => clock.now())
  const own = new OwnTelemetry(store)
  const health = new HealthHistory(options.health)
  const boot = crypto.randomUUID()
  const streams = new LiveStreams(store, health, boot, () => void own.collect())
  const state: ConsoleState = { options, boot, startedAt: clock.now(), store, own, health, streams }
  const guard = new AccessGuard(access, hosts)
  const receiver = new OtlpReceiver(store)
  const files = new PageFiles()
  registerProbe(path)
  registerProbe(`${path}/*`)

  function before(x: Exchange): MaybePromise<Response | void> {
    if (!x.path.startsWith(path)) return undefined
    const rest = x.path.slice(path.length)
    if (rest !== '' && !rest.startsWith('/')) return undefined
    const refused = guard.check(x, asked(rest))
    if (!isPromise(refused)) return refused ?? answer(x, rest)
    return refused.then((response) => response ?? answer(x, rest))
  }

  function answer(x: Exchange, rest: string): MaybePromise<Response> {
    // The page names its files from its own folder, so that the path has to end in a slash.
    if (rest === '') return isRead(x) ? empty(308, { location: `${path}/` }) : notAllowed('GET, HEAD')
    if (rest.startsWith('/api/')) return answerApi(x, rest.slice('/api/'.length), state)
    if (!rest.startsWith('/v1/')) return files.answer(x, rest.slice(1)) ?? nothing()
    return receiver.answer(x, rest.slice('/v1/'.length)).then((response) => response ?? nothing())
  }

  function close(): void {
    streams.close()
    own.close()
    health.close()
  }

  const { onSpanEnd, onLog, setMetricProducer } = own
  const part = middleware({ name: 'consolePage', before })
  return Object.assign(part, { enabled, path, onSpanEnd, onLog, reader: { setMetricProducer }, close })
}

function asked(rest: string): Asked {
  return rest === '' || rest === '/' ? 'page' : 'data'
}

function isRead({ method }: Exchange): boolean {
  return method === 'GET' || method === 'HEAD'
}

function nothing(): Response {
  return notFound('There is nothing here.')
}
