import type { Logger } from '@seaworthy/log'
import type { PreflightProblem } from './preflight-problem.ts'

/** Writes what a preflight found: one warning each, with its cure. */
export function report(logger: Pick<Logger, 'warn'>, problems: readonly PreflightProblem[]): void {
  for (const { code, problem, cure } of problems) logger.warn(`preflight: ${problem}. ${cure}`, { code })
}
