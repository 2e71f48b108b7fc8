import { parseSize } from '@seaworthy/middleware'
import type { Format, FormatName } from './format.ts'
import { jsonFormat } from './json-format.ts'
import type { LineStyle } from './line-style.ts'
import { lineTarget } from './line-target.ts'
import { LogError } from './log-error.ts'
import { LoggedRecord } from './log-record.ts'
import type { Output, OutputOptions } from './output.ts'
import type { PlainCopy } from './plain-copy.ts'
import { wantsColours } from './terminal-colours.ts'
import { terminalFormat } from './terminal-format.ts'
import { textFormat } from './text-format.ts'

/** What an output needs of its logger. */
export interface LineDefaults {
  readonly format: FormatName | Format | undefined
  readonly style: LineStyle
  readonly copy: PlainCopy
  readonly clock: () => number
}

/**
 * An output that writes lines to a descriptor.
 *
 * @throws {LogError} `ERR_LOG_FORMAT` when the format is unknown.
 * @throws {LogError} `ERR_LOG_OUTPUT` when the file cannot be opened.
 */
export function lineOutput(to: string | number, options: OutputOptions, defaults: LineDefaults): Output {
  const { writer, isTerminal } = lineTarget(to, parseSize(options.maxPending ?? '8MiB'))
  const format = formatOf(options.format ?? defaults.format ?? (isTerminal ? 'terminal' : 'json'), isTerminal, defaults)

  function droppedLine(count: number): string {
    const record = new LoggedRecord(defaults.copy, defaults.clock(), 'warn', 'log lines were dropped')
    record.own = { dropped: count }
    return format(record)
  }

  return {
    write(record) {
      writer.write(format(record), droppedLine)
      if (record.level === 'fatal') writer.finish()
    },
    flush() {
      writer.flush()
    },
  }
}

function formatOf(format: FormatName | Format, isTerminal: boolean, { style, copy }: LineDefaults): Format {
  switch (format) {
    case 'json':
      return jsonFormat(style, copy)
    case 'text':
      return textFormat(style)
    case 'terminal':
      return terminalFormat(wantsColours(isTerminal, process.env))
    default:
      if (typeof format === 'function') return format
      throw new LogError(
        'ERR_LOG_FORMAT',
        `'${String(format)}' is no format. Write 'json', 'text', 'terminal', or a function.`,
      )
  }
}
