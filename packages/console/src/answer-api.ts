import { isSeaworthyError, parseDurationText, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { chartOf, instrumentList, runtimeMetrics } from './charts.ts'
import type { ConsoleState } from './console-state.ts'
import { listLogs } from './list-logs.ts'
import { listRequests } from './list-requests.ts'
import { meta } from './meta.ts'
import { Query } from './query.ts'
import { readBody } from './read-body.ts'
import { empty, failure, json, notAllowed, notFound } from './respond.ts'
import { routeMetrics } from './route-metrics.ts'
import { serviceMap } from './service-map.ts'
import { changeLogging, configView, debugView, isLoggingChange, routeView } from './service-views.ts'
import { TimeGrid } from './time-grid.ts'
import { spanDetail, traceView } from './trace-view.ts'

type Answer = (state: ConsoleState, query: Query, x: Exchange) => MaybePromise<Response>

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['meta', (state) => json(meta(state))],
  ['requests', ({ store }, query) => json(listRequests(store.traces, store.logs, query))],
  ['logs', ({ store }, query) => json(listLogs(store.logs, store.traces, query))],
  ['metrics', answerInstruments],
  ['metrics/routes', answerRouteMetrics],
  ['metrics/runtime', answerRuntime],
  ['metrics/series', answerSeries],
  ['health', async ({ health }) => json(await health.refresh())],
  ['routes', ({ options }) => json(routeView(options.routes))],
  ['map', ({ store, options }) => json(serviceMap(store.traces.traces(), options.clock.now()))],
  ['config', ({ options }) => json(configView(options.config))],
  ['debug', ({ options }) => json(debugView(options.debug))],
  ['events', ({ streams }, _query, x) => streams.open(x)],
])

const actions: ReadonlyMap<string, (state: ConsoleState, body: unknown) => Response> = new Map([
  ['debug/log', changeLog],
  ['clear', clear],
])

/** Answers one question to the API, or makes one change. */
export async function answerApi(x: Exchange, name: string, state: ConsoleState): Promise<Response> {
  const action = actions.get(name)
  if (action !== undefined) return x.method === 'POST' ? act(x, action, state) : notAllowed('POST')
  const answer = answers.get(name) ?? traceAnswer(name)
  if (answer === undefined) return notFound('There is nothing here.')
  if (x.method === 'GET') return answer(state, new Query(x.url), x)
  if (x.method !== 'HEAD' || name === 'events') return notAllowed('GET, HEAD')
  const { status, headers } = await answer(state, new Query(x.url), x)
  return new Response(null, { status, headers })
}

function traceAnswer(name: string): Answer | undefined {
  const [, traceId, spanId] = /^traces\/([\da-f]{32})(?:\/([\da-f]{16}))?$/.exec(name) ?? []
  if (traceId === undefined) return undefined
  return ({ store }) => {
    const trace = store.traces.find(traceId)
    const logs = () => store.logs.countByTrace().get(traceId) ?? 0
    const view = trace && (spanId === undefined ? traceView(trace, logs()) : spanDetail(trace, spanId))
    return view ? json(view) : notFound('It is not known here: not ended, not sampled, or pushed out by newer ones.')
  }
}

function gridOf({ options }: ConsoleState, query: Query): TimeGrid {
  return new TimeGrid(options.clock.now(), windowOf(query.text('window')), { time: options.limits.metricsMs })
}

const usualWindow = 900_000

function windowOf(text: string | undefined): number {
  try {
    return text === undefined ? usualWindow : parseDurationText(text)
  } catch {
    return usualWindow
  }
}

async function answerRouteMetrics(state: ConsoleState, query: Query): Promise<Response> {
  await state.own.collect()
  const instrument = state.store.metrics.find('http.server.request.duration')
  return json(routeMetrics(instrument, gridOf(state, query), query.text('service')))
}

async function answerRuntime(state: ConsoleState, query: Query): Promise<Response> {
  await state.own.collect()
  return json({ charts: runtimeMetrics(state.store.metrics, gridOf(state, query), query.text('service')) })
}

async function answerInstruments(state: ConsoleState, query: Query): Promise<Response> {
  await state.own.collect()
  const { metrics } = state.store
  return json({ instruments: instrumentList(metrics, query.text('service')), dropped: metrics.dropped })
}

async function answerSeries(state: ConsoleState, query: Query): Promise<Response> {
  await state.own.collect()
  const instrument = state.store.metrics.find(query.text('name') ?? '')
  if (instrument === undefined) return notFound('No instrument of this name has been heard of.')
  return json(chartOf(instrument, gridOf(state, query), query.text('service')))
}

async function act(
  x: Exchange,
  action: (state: ConsoleState, body: unknown) => Response,
  state: ConsoleState,
): Promise<Response> {
  // A form of another site can send text, but not JSON, without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(x.header('content-type') ?? '')) {
    return failure({ status: 415, detail: 'Send application/json.' })
  }
  const body = await readBody(x.request, { bytes: 16_384, inflated: 16_384, time: 5_000 })
  if (!(body instanceof Uint8Array)) return failure({ ...body })
  try {
    return action(state, JSON.parse(new TextDecoder().decode(body)))
  } catch (error) {
    if (error instanceof SyntaxError) return failure({ status: 400, detail: 'The body is no JSON.' })
    if (isSeaworthyError(error)) return failure({ status: 400, code: error.code, detail: error.message })
    throw error
  }
}

function clear({ store }: ConsoleState): Response {
  store.clear()
  return empty(204)
}

function changeLog({ options: { debug } }: ConsoleState, body: unknown): Response {
  if (debug === undefined) return notFound('The console was given no `debug`.')
  if (!isLoggingChange(body)) return failure({ status: 400, detail: 'Send a level with a time, or an id to revert.' })
  changeLogging(debug, body)
  return json(debugView(debug))
}
