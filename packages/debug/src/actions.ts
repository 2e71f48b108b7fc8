import { answerFlame } from './answer-flame.ts'
import { refused, type Action, type Actions } from './answer-debug.ts'
import { answerClue, changeLevel } from './answer-level.ts'
import { answerCpu, answerHeap } from './answer-profile.ts'
import type { ResolvedOptions } from './debug-options.ts'
import { diagnosticReport } from './diagnostic-report.ts'
import { heapSnapshot } from './heap-snapshot.ts'
import { indexPage } from './index-page.ts'
import type { Inflight } from './inflight.ts'
import type { LevelSwitches } from './level-switches.ts'
import type { RecentRequests } from './recent-requests.ts'
import { html, json } from './respond.ts'
import { measureRuntime } from './runtime-facts.ts'
import { shownConfig } from './shown-config.ts'
import { shownRoutes } from './shown-routes.ts'

/** What the actions tell of, and change. */
export interface DebugState {
  readonly options: ResolvedOptions
  readonly levels: LevelSwitches
  readonly inflight: Inflight
  readonly recent: RecentRequests
}

type Get = NonNullable<Action['get']>

/** Everything that is answered, by its place below the path. */
export function createActions(state: DebugState): Actions {
  const { inflight, recent, options } = state
  const places = new Map<string, Action>([
    ['flame', { get: (x, query) => answerFlame(x, query, options), isWork: true }],
    ['profile', { get: (x, query) => answerCpu(x, query, options.maxSeconds), isWork: true }],
    ['heap', { get: (x, query) => answerHeap(x, query, options.maxSeconds), isWork: true }],
    ['heapsnapshot', { get: options.heapSnapshots ? heapSnapshot : snapshotsAreOff, isWork: true }],
    ['inflight', { get: () => json({ count: inflight.size, requests: inflight.list() }) }],
    ['requests', { get: () => json({ requests: recent.list() }) }],
    ['runtime', { get: async () => json(await measureRuntime()), isWork: true }],
    ['report', { get: () => json(diagnosticReport()), isWork: true }],
    ['log', logAction(state)],
    ...optionalActions(options),
  ])
  return new Map([...places, ['', { get: indexAction(state, [...places.keys()]) }]])
}

function logAction({ options, levels }: DebugState): Action {
  return {
    get: () => json({ levels: levels.list(), loggers: Object.keys(options.loggers) }),
    post: (x) => changeLevel(x, levels, options.path),
  }
}

function* optionalActions({ config, routes }: ResolvedOptions): Iterable<[string, Action]> {
  if (config) yield ['config', { get: () => json(shownConfig(config)) }]
  if (routes) yield ['routes', { get: () => json({ routes: shownRoutes(routes()) }) }]
}

function indexAction({ options, levels, inflight }: DebugState, all: readonly string[]): Get {
  const { path, clue, heapSnapshots } = options
  const answer = clue ? answerClue(levels) : undefined
  const places = all.filter((place) => heapSnapshots || place !== 'heapsnapshot')
  const loggers = Object.keys(options.loggers)
  return (x, query) => {
    if (answer && x.method === 'GET' && query.has('debug-logs')) return answer(x, query)
    return html(indexPage({ path, places, levels: levels.list(), loggers, inflight: inflight.size }))
  }
}

function snapshotsAreOff(): Response {
  return refused(403, 'Heap snapshots are off. They are switched on with debug({ heapSnapshots: true }).')
}
