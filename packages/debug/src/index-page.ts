import { contentPolicy, escapeHtml, pageFoot, pageHead, type HtmlPage } from './html.ts'
import type { LevelSwitch } from './level-change.ts'
import { pageStyle } from './page-style.ts'
import { stillFacts } from './runtime-facts.ts'

/** What the index shows. */
export interface IndexFacts {
  readonly path: string
  /** The places that are answered, without the index. */
  readonly places: readonly string[]
  readonly levels: readonly LevelSwitch[]
  readonly loggers: readonly string[]
  readonly inflight: number
}

/** What is said of each place. `?seconds=10` shows what can be asked for. */
const about: Readonly<Record<string, readonly [link: string, text: string]>> = {
  flame: ['flame?seconds=10', 'Where the time goes: records the CPU and draws a flame graph.'],
  profile: ['profile?seconds=10', 'The same as a file for pprof; <code>&amp;format=cpuprofile</code> for DevTools.'],
  heap: ['heap?seconds=10', 'What is allocated and kept, as a file for pprof.'],
  heapsnapshot: [
    'heapsnapshot',
    'Every object of the heap, for DevTools. It stops the process and holds every secret.',
  ],
  inflight: ['inflight', 'Requests under way, and what they wait for.'],
  requests: ['requests', 'Requests that ended lately. Errors are kept longer.'],
  runtime: ['runtime', 'Event loop, garbage collection, heap and handles, over one second.'],
  report: ['report', 'The diagnostic report of the runtime, without the environment.'],
  config: ['config', 'The configuration. Secrets are not shown.'],
  routes: ['routes', 'Every route, and what it asks of a caller.'],
  log: ['log', 'The changes of the log level that hold now.'],
}

/** The page for people: what there is, and the switch for the log level. It needs no script. */
export function indexPage(facts: IndexFacts): HtmlPage {
  const { runtime, pid, uptimeSeconds, memory } = stillFacts()
  const body = `${pageHead('Debug', pageStyle)}<main>
<h1>Debug</h1>
<p class="soft">${escapeHtml(runtime)}, process ${pid}</p>
<div class="facts">
${fact(uptime(uptimeSeconds), 'up')}${fact(String(facts.inflight), 'requests under way')}${fact(`${Math.round((memory['rss'] ?? 0) / 2 ** 20)} MiB`, 'memory')}${fact(String(facts.levels.length), 'changes of the log level')}
</div>
<h2>Look</h2>
<table>
${facts.places.map((place) => row(facts.path, place)).join('\n')}
</table>
<h2>Log level</h2>
${levelForm(facts)}
${facts.levels.length > 0 ? levelTable(facts) : '<p class="soft">Every logger has the level that it was made with.</p>'}
</main>
${pageFoot}`
  return { body, policy: contentPolicy(pageStyle) }
}

function fact(value: string, name: string): string {
  return `<div><b>${escapeHtml(value)}</b><span>${name}</span></div>`
}

function uptime(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`
}

function row(path: string, place: string): string {
  const [link, text] = about[place] ?? [place, '']
  return `<tr><td><a href="${escapeHtml(`${path}/${link}`)}">${escapeHtml(place)}</a></td><td>${text}</td></tr>`
}

function levelForm({ path, loggers }: IndexFacts): string {
  const choice = (values: readonly string[]): string =>
    values.map((value) => `<option>${escapeHtml(value)}</option>`).join('')
  const logger =
    loggers.length === 0
      ? ''
      : `<label>Logger <select name="logger"><option value="">all</option>${choice(loggers)}</select></label>`
  return `<form method="post" action="${escapeHtml(path)}/log">
<label>Level <select name="level">${choice(['debug', 'info', 'warn', 'error', 'fatal'])}</select></label>
<label>For <input name="for" value="10m" required></label>
${logger}
<label>Route <input name="route" placeholder="/orders/:id"></label>
<label>Header <input name="header" placeholder="x-tenant: acme"></label>
<label>Caller <input name="principal"></label>
<button>Change</button>
</form>`
}

function levelTable({ path, levels }: IndexFacts): string {
  const rows = levels.map(
    (change) => `<tr><td>${change.level}</td><td>${scope(change)}</td><td>until ${change.until}</td>
<td><form method="post" action="${escapeHtml(path)}/log"><button name="revert" value="${change.id}">Take back</button></form></td></tr>`,
  )
  return `<table>\n${rows.join('\n')}\n</table>`
}

function scope({ logger, route, header, principal }: LevelSwitch): string {
  const parts = Object.entries({ logger, route, header, caller: principal })
  const given = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${escapeHtml(value)}`]))
  return given.join(', ') || 'everything'
}
