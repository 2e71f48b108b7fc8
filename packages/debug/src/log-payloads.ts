import { log } from '@seaworthy/log'
import {
  isProbe,
  isPromise,
  middleware,
  parseSize,
  type Exchange,
  type Middleware,
  type Size,
} from '@seaworthy/middleware'
import { invalidOption } from './debug-error.ts'
import { finishPayloads, observedRequest, observedResponse } from './payload-log.ts'
import { createPayloadRedaction } from './payload-redaction.ts'

/** What payloads are written to: `log` of `@seaworthy/log`, or a logger of the same shape. */
export interface PayloadLogger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Whether debug lines are written, here and now. */
  enabled(level: 'debug'): boolean
}

/** Settings of {@link logPayloads}. */
export interface LogPayloadsOptions {
  /** How many bytes of a body are logged, at most 1 MiB. @default '1KiB' */
  readonly maxSize?: Size
  /** Names whose values are hidden, besides `defaultRedact` of `@seaworthy/log`; `'!name'` shows one again. @default none */
  readonly redact?: readonly string[]
  /** @default `log` of `@seaworthy/log` */
  readonly logger?: PayloadLogger
  /** Requests whose payloads are never logged. @default isProbe */
  readonly ignore?: (x: Exchange) => boolean
}

const largest = 2 ** 20

/** Whether a logger can write payloads. */
export function isPayloadLogger(logger: object): logger is PayloadLogger {
  return isFunction('debug' in logger && logger.debug) && isFunction('enabled' in logger && logger.enabled)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

/**
 * Logs the bodies of requests and responses at level `debug`, where that is on for a request. No other request is
 * read or copied.
 *
 * @throws {DebugError} `ERR_DEBUG_OPTION` when an option cannot be kept.
 */
export function logPayloads(options: LogPayloadsOptions = {}): Middleware {
  const { logger = log, ignore = isProbe } = options
  const maxSize = parseSize(options.maxSize ?? '1KiB')
  if (maxSize > largest) throw invalidOption('maxSize', 'Write a size of at most 1 MiB, such as "4KiB".')
  if (!isPayloadLogger(logger)) {
    throw invalidOption('logger', 'Pass an object with `debug` and `enabled`.')
  }
  const rules = { logger, maxSize, redact: createPayloadRedaction(options.redact) }

  function isOn(x: Exchange): boolean {
    try {
      return logger.enabled('debug') && !ignore(x)
    } catch {
      return false
    }
  }

  return middleware({
    name: 'logPayloads',
    around(x, next) {
      // Asked again for the response: by then a guard may have told who calls.
      const observe = (response: Response): Response => (isOn(x) ? observedResponse(x, response, rules) : response)
      const answer = next(isOn(x) ? observedRequest(x, rules) : undefined)
      return isPromise(answer) ? answer.then(observe) : observe(answer)
    },
    settled: finishPayloads,
  })
}
