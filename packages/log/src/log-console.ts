import { Console as NodeConsole } from 'node:console'
import { Writable } from 'node:stream'
import type { LogLevel } from './level.ts'
import type { Logger } from './logger.ts'
import { pipelineOf } from './pipeline-logger.ts'
import type { PlainCopy } from './plain-copy.ts'

/** The methods that print, and the level of what they print. `trace` is a debugging aid, whatever Node sends it to. */
const levels: ReadonlyMap<string | symbol, Exclude<LogLevel, 'fatal'>> = new Map([
  ['debug', 'debug'],
  ['trace', 'debug'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['assert', 'error'],
  ...['log', 'info', 'dir', 'dirxml', 'table', 'group', 'groupCollapsed', 'count', 'timeLog', 'timeEnd'].map(
    (name) => [name, 'info'] as const,
  ),
])

/** A call of a method that prints. */
interface Call {
  readonly level: Exclude<LogLevel, 'fatal'>
  readonly thrown: Error | undefined
}

/**
 * A console whose lines go to a logger: `globalThis.console = logConsole(log)` brings in what libraries print. Objects
 * are redacted before they are formatted, and the first error among the arguments is logged as one.
 *
 * @throws {LogError} `ERR_LOG_LOGGER` when the logger was not made by `createLogger`.
 */
export function logConsole(logger: Logger): Console {
  let call: Call = { level: 'info', thrown: undefined }
  const stream = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      write(logger, call, String(text).replace(/\n$/, ''))
      done()
    },
  })
  const inner = new NodeConsole({ stdout: stream, stderr: stream, colorMode: false })
  pipelineOf(logger)

  return new Proxy(inner, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name === 'trace' ? 'log' : name)
      const level = levels.get(name)
      if (level === undefined || typeof method !== 'function') return method
      return (...args: readonly unknown[]) => {
        const { copy } = pipelineOf(logger).settings
        call = { level, thrown: args.find((arg) => arg instanceof Error) }
        Reflect.apply(
          method,
          target,
          args.map((arg) => printable(arg, copy)),
        )
      }
    },
  })
}

function write(logger: Logger, { level, thrown }: Call, msg: string): void {
  if (level !== 'error') logger[level](msg, thrown && { error: thrown })
  else if (thrown === undefined) logger.error(msg)
  else logger.error(thrown, msg)
}

function printable(arg: unknown, copy: PlainCopy): unknown {
  if (arg instanceof Error) return arg.message
  // A console prints the members of a function, too.
  return typeof arg === 'object' || typeof arg === 'function' ? copy.value(arg) : arg
}
