import type { CheckResult } from './check-result.ts'
import type { HealthFormat } from './negotiate-format.ts'
import type { Report } from './report.ts'

/** A body and its media type. */
export interface Rendered {
  readonly type: string
  readonly body: string
}

type Render = (report: Report, details: boolean) => Rendered

/** A report in one of the forms; error texts, values and times only with `details`. */
export function renderReport(report: Report, format: HealthFormat, details: boolean): Rendered {
  return renderers[format](report, details)
}

const renderers: Readonly<Record<HealthFormat, Render>> = {
  'health+json': renderHealthJson,
  clue: renderClue,
  text: renderText,
}

/** draft-inadarei-api-health-check-06. `kind` and `since` are additional keys, which its §4 allows. */
function renderHealthJson({ status, version, notes, checks }: Report, details: boolean): Rendered {
  const entries = Object.values(checks)
  const body = JSON.stringify({
    status,
    ...(version !== undefined && { version }),
    ...(notes.length > 0 && { notes }),
    ...(entries.length > 0 && {
      checks: Object.fromEntries(entries.map((result) => [result.name, [component(result, details)]])),
    }),
  })
  return { type: 'application/health+json', body }
}

function component({ kind, componentType, status, ...rest }: CheckResult, details: boolean): object {
  if (!details) return { componentType, status, kind }
  const { observedValue, observedUnit, output, time, since } = rest
  return { componentType, observedValue, observedUnit, status, time, output, kind, since }
}

/** The answer of Clue's health handler. It has no place for notes: one with a code stands among the checks. */
function renderClue({ uptime, version, notes, checks }: Report): Rendered {
  const codes = notes.map((note) => /^ERR_\w+/.exec(note)?.[0]).filter((code) => code !== undefined)
  const status = Object.fromEntries([
    ...Object.values(checks).map((result) => [result.name, result.status === 'fail' ? 'NOT OK' : 'OK']),
    ...codes.map((code) => [code, 'NOT OK']),
  ])
  return { type: 'application/json', body: JSON.stringify({ uptime, version: version ?? '', status }) }
}

function renderText({ status, version, uptime, notes, checks }: Report, details: boolean): Rendered {
  const lines = [
    status,
    ...(version === undefined ? [] : [`version ${version}`]),
    `uptime ${uptime} s`,
    ...Object.values(checks).map((result) => textLine(result, details)),
    ...notes,
  ]
  return { type: 'text/plain; charset=utf-8', body: `${lines.join('\n')}\n` }
}

function textLine({ name, status, output, durationMs }: CheckResult, details: boolean): string {
  if (!details) return `${name} ${status}`
  return `${name} ${status} ${durationMs} ms${output === undefined ? '' : ` ${output}`}`
}
