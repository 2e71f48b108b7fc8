import { createPipeline } from './create-pipeline.ts'
import type { Logger } from './logger.ts'
import type { LoggerOptions } from './logger-options.ts'
import { PipelineLogger } from './pipeline-logger.ts'

/**
 * Makes a logger with settings of its own.
 *
 * @throws {LogError} `ERR_LOG_LEVEL`, `ERR_LOG_FORMAT`, `ERR_LOG_KEYS`, `ERR_LOG_OUTPUT`, `ERR_LOG_REDACT`,
 *   `ERR_LOG_BUFFER` or `ERR_LOG_MAX_SIZE` when the option of that name cannot be used.
 * @throws {SeaworthyError} `ERR_SIZE` when a size cannot be read.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  return new PipelineLogger(createPipeline(options), undefined)
}
