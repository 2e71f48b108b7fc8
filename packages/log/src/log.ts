import { setHookErrorReporter } from '@seaworthy/middleware'
import { createLogger } from './create-logger.ts'
import type { Logger } from './logger.ts'
import type { LoggerOptions } from './logger-options.ts'
import { logState } from './log-state.ts'
import { PipelineLogger, pipelineOf } from './pipeline-logger.ts'

// The way of a line: a logger makes a record of it (pipeline-logger.ts, log-record.ts). Inside a request the scope that
// requestLog opened writes it or holds it back (request-scope.ts). The pipeline gives it to the outputs that want its
// level (pipeline.ts); most of them format it (json-format.ts) and write it at the end of the turn (line-writer.ts).

/**
 * The logger of whatever runs: inside a request that of its `requestLog()`, else the one of {@link configureLog}.
 * Before that is called it writes `info` and above to stdout.
 *
 * A child made at the top of a module follows too: `const db = log.with({ component: 'db' })`.
 */
export const log: Logger = new PipelineLogger(undefined, undefined)

/**
 * Decides how {@link log} writes in this process. What middleware throws outside its handlers goes there as well.
 *
 * @param choice - The options of a new logger, or a logger.
 * @returns The logger.
 * @throws {LogError} As {@link createLogger} does; `ERR_LOG_LOGGER` when the logger was not made by it.
 */
export function configureLog(choice: LoggerOptions | Logger = {}): Logger {
  const logger = isLogger(choice) ? choice : createLogger(choice)
  logState.pipeline = pipelineOf(logger)
  setHookErrorReporter((error, { hook, part }) => {
    log.error(error, `${hook} of ${part} threw`, { hook, part })
  })
  return logger
}

function isLogger(choice: LoggerOptions | Logger): choice is Logger {
  return 'info' in choice
}
