import { flameGraph } from './flame-tree.ts'
import { flameScript } from './flame-script.ts'
import { contentPolicy, escapeHtml, escapeJson, pageFoot, pageHead } from './html.ts'
import { pageStyle } from './page-style.ts'
import { selfTimes, type SelfTime } from './self-times.ts'
import type { StackProfile } from './stack-profile.ts'

/** What the page of a flame graph is sent under. */
export function flamePolicy(): string {
  return contentPolicy(pageStyle, flameScript)
}

/** What is sent while the recording runs. */
export function flameBeginning(seconds: number, index: string): string {
  return `${pageHead('Flame graph', pageStyle)}<main>
<h1>Flame graph</h1>
<p class="soft"><a href="${escapeHtml(index)}">All of debug</a></p>
<p class="recording" role="status">Recording for ${seconds} s. Give the service something to do.</p>
`
}

/** What is sent when the recording has ended. */
export function flameEnd(profile: StackProfile, seconds: number): string {
  const samples = profile.samples.reduce((sum, { values: [count = 0] }) => sum + count, 0)
  const nanoseconds = profile.samples.reduce((sum, { values: [, time = 0] }) => sum + time, 0)
  const busy = `${milliseconds(nanoseconds)} of ${seconds} s, in ${samples} samples`
  if (samples === 0) return `<p>Nothing ran in these ${seconds} s: there is nothing to draw.</p>\n${closing}`
  return `<p>The main thread was busy for ${busy}.</p>
<form><label>Search <input id="search" type="search" placeholder="function or file"></label> <button id="reset" type="button">Show all</button></form>
<p class="soft"><span class="key own"></span>your code<span class="key dep"></span>node_modules<span class="key run"></span>runtime<span class="key none"></span>native</p>
<p id="status" class="status mono soft">Hover over a frame, click to zoom; arrow keys move, / searches, Esc shows all.</p>
<div id="flame" class="flame"></div>
<h2>Functions that took most themselves</h2>
<div class="scroll">${table(selfTimes(profile, 20), nanoseconds)}</div>
<script type="application/json" id="graph">${escapeJson(flameGraph(profile))}</script>
<script type="module">${flameScript}</script>
${closing}`
}

/** What is sent when the recording was cut short. */
export const flameCut = '<p>The recording was stopped before its end.</p>\n</main>\n</body>\n</html>\n'

const closing = `</main>\n${pageFoot}`

function table(times: readonly SelfTime[], all: number): string {
  const rows = times.map(
    ({
      name,
      file,
      line,
      self,
      total,
    }) => `<tr><td class="num">${milliseconds(self)}</td><td class="num">${share(self, all)}</td>
<td class="num">${milliseconds(total)}</td><td><code>${escapeHtml(name)}</code><br>
<span class="soft mono">${escapeHtml(file)}${line > 0 ? `:${line}` : ''}</span></td></tr>`,
  )
  return `<table>
<tr><th class="num">self</th><th class="num">share</th><th class="num">with calls</th><th>function</th></tr>
${rows.join('\n')}
</table>`
}

function milliseconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e6).toFixed(1)} ms`
}

function share(part: number, all: number): string {
  return `${((100 * part) / (all || 1)).toFixed(1)} %`
}
