import { isProbe, type Exchange, type Outcome } from '@seaworthy/middleware'
import { accessFields } from './access-fields.ts'
import type { Fields } from './fields.ts'
import { severity, type LogLevel } from './level.ts'
import type { PipelineLogger } from './pipeline-logger.ts'
import type { RequestLogOptions } from './request-log.ts'

/** The lines about requests. They are never held back, and an option that throws costs none of them. */
export class AccessLine {
  readonly #logger: PipelineLogger
  readonly #options: RequestLogOptions

  constructor(logger: PipelineLogger, options: RequestLogOptions) {
    this.#logger = logger
    this.#options = options
  }

  /** The line at the beginning of a request. */
  begin(x: Exchange): void {
    if (!this.#options.start || this.#isIgnored(x)) return
    const fields = { 'http.request.method': x.method, 'url.path': x.path }
    this.#logger.about(x, { level: 'info', msg: `${x.method} ${x.path} began`, fields })
  }

  /** The line at the end of a request. */
  end(x: Exchange, outcome: Outcome, bodySize: number | undefined): void {
    if (this.#isIgnored(x)) return
    const { level, fields } = this.#options
    const chosen = this.#ask(x, () => level?.(x, outcome)) ?? levelOf(outcome)
    if (chosen === 'silent') return
    this.#logger.about(x, {
      level: chosen,
      msg: summary(x, outcome),
      fields: (): Fields => ({
        ...accessFields(x, outcome, bodySize),
        ...this.#ask(x, () => fields?.(x, outcome)),
      }),
      thrown: severity[chosen] >= severity.error ? outcome.error : undefined,
    })
  }

  #isIgnored(x: Exchange): boolean {
    const { ignore = isProbe } = this.#options
    return this.#ask(x, () => ignore(x)) ?? false
  }

  /** What an option says; `undefined` when it throws, which is logged. */
  #ask<T>(x: Exchange, option: () => T): T | undefined {
    try {
      return option()
    } catch (thrown) {
      this.#logger.about(x, { level: 'error', msg: 'an option of requestLog threw', fields: undefined, thrown })
      return undefined
    }
  }
}

function levelOf({ status = 0, aborted, error }: Outcome): LogLevel {
  if (status >= 500) return 'error'
  if (aborted) return 'warn'
  return status === 0 && error !== undefined ? 'error' : 'info'
}

function summary({ method, path }: Exchange, { status, aborted }: Outcome): string {
  const end = [status, aborted ? 'aborted' : undefined].filter((part) => part !== undefined)
  return [method, path, ...end].join(' ')
}
