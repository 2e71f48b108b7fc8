import type { ExchangeRecord } from './exchange-record.ts'
import type { Hooks } from './hooks.ts'
import { problem } from './problem.ts'

/** The answer to what a part threw: the details go to the reporter, never to the client. */
export function failedPart(x: ExchangeRecord, part: Hooks, hook: string, error: unknown): Response {
  x.error = error
  x.report(error, hook, part)
  return problem({ status: 500 })
}
