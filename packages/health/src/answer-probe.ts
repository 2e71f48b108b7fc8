import { type Exchange, type MaybePromise, problem } from '@seaworthy/middleware'
import { type HealthFormat, negotiateFormat } from './negotiate-format.ts'
import { renderReport } from './render-report.ts'
import type { Report } from './report.ts'

/** Who sees error texts, values and times. */
export type HealthDetails = 'never' | 'always' | ((x: Exchange) => boolean)

/** How answers look. */
export interface AnswerOptions {
  readonly format: HealthFormat
  readonly details: HealthDetails
}

/** The response to a probe: GET and HEAD ask, other methods are refused. */
export function answerProbe(
  x: Exchange,
  ask: () => MaybePromise<Report>,
  options: AnswerOptions,
): MaybePromise<Response> {
  if (x.method !== 'GET' && x.method !== 'HEAD') return methodNotAllowed()
  const report = ask()
  return report instanceof Promise ? report.then((made) => respond(x, made, options)) : respond(x, report, options)
}

function respond(x: Exchange, report: Report, { format, details }: AnswerOptions): Response {
  const { type, body } = renderReport(report, negotiateFormat(x.header('accept'), format), mayDetail(x, details))
  const headers = { 'content-type': type, 'cache-control': 'no-store' }
  return new Response(body, { status: report.status === 'fail' ? 503 : 200, headers })
}

function mayDetail(x: Exchange, details: HealthDetails): boolean {
  if (typeof details !== 'function') return details === 'always'
  try {
    return details(x) === true
  } catch {
    return false
  }
}

function methodNotAllowed(): Response {
  const headers = { allow: 'GET, HEAD', 'cache-control': 'no-store' }
  return problem({ status: 405, detail: 'Probes are asked with GET or HEAD.', headers })
}

/** The answer for a check that does not exist: left to the application, a catch-all route might call it healthy. */
export function unknownCheck(): Response {
  return problem({ status: 404, detail: 'There is no such check.', headers: { 'cache-control': 'no-store' } })
}
