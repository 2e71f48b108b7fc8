import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, type Logger, type LoggerOptions } from './index.ts'

/** A line as a reader of JSON sees it. */
export type ParsedLine = Readonly<Record<string, unknown>>

/** A logger that writes to a real file, and what has been written there. */
export interface FileLogger extends Disposable {
  readonly logger: Logger
  /** What has been written since the last call. */
  text(): string
  /** The same as parsed JSON, one object a line. */
  lines(): ParsedLine[]
}

let files = 0

/** Makes a logger with a file of its own; `json` unless the options say otherwise. */
export function fileLogger(options: Omit<LoggerOptions, 'outputs'> = {}): FileLogger {
  const path = join(tmpdir(), `seaworthy-log-${process.pid}-${++files}.log`)
  const fd = openSync(path, 'w+')
  // The file lives on until it is closed.
  rmSync(path)
  const logger = createLogger({ format: 'json', ...options, outputs: [fd] })
  let position = 0

  function text(): string {
    logger.flush()
    const chunks: Buffer[] = []
    for (;;) {
      const chunk = Buffer.alloc(65_536)
      const length = readSync(fd, chunk, 0, chunk.length, position)
      if (length === 0) return Buffer.concat(chunks).toString()
      position += length
      chunks.push(chunk.subarray(0, length))
    }
  }

  return {
    logger,
    text,
    lines: () =>
      text()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    [Symbol.dispose]: () => closeSync(fd),
  }
}
