import { prefixOf } from './config-options.ts'
import type { Spec } from './group.ts'
import { oneLine } from './one-line.ts'
import { variableFacts } from './variable-facts.ts'
import { variablesOf, type Variable } from './variables.ts'

/** Options of {@link example} and {@link table}; the options of `config()` may be given as they are. */
export interface DocumentOptions {
  /** What every name begins with. @default '' */
  readonly prefix?: string
}

/**
 * The text of a `.env.example`: every variable with its description, type and default. A variable with a default is
 * commented out; a required one waits to be filled in. Secrets have no value in it.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` or `ERR_CONFIG_OPTION` when the specification or the prefix is mistaken.
 */
export function example(spec: Spec, options: DocumentOptions = {}): string {
  const variables = variablesOf(spec, prefixOf(options))
  const blocks = variables.map((variable, index) => {
    const { heading } = variable
    const begins = heading !== undefined && heading !== variables[index - 1]?.heading
    return begins ? `${comment(heading, '## ')}\n\n${block(variable)}` : block(variable)
  })
  return blocks.map((text) => `${text}\n`).join('\n')
}

function block(variable: Variable): string {
  const { type, required, fallback, sample, reloadable } = variableFacts(variable)
  const need = required ? 'Required' : fallback === undefined ? 'Optional' : `Default: ${oneLine(fallback) || 'empty'}`
  const facts = `Type: ${type}. ${need}.${reloadable ? ' Reloadable.' : ''}`
  const { description } = variable.info
  const assignment = `${variable.name}=${envText(sample)}`
  return [
    ...(description === undefined ? [] : [comment(description, '# ')]),
    comment(facts, '# '),
    required ? assignment : assignment.replaceAll(/^/gm, '# '),
  ].join('\n')
}

function comment(text: string, mark: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) => `${mark}${line}`.trimEnd())
    .join('\n')
}

/** The text as `util.parseEnv` gives it back; nothing when that syntax, which has no escapes, cannot hold it. */
function envText(text: string): string {
  if (/^[\w./:@,+\\-]*$/.test(text)) return text
  // In quotes Node and Bun read a backslash differently, and both drop a carriage return.
  if (/[\\\r\0]/.test(text) || !text.isWellFormed()) return ''
  const quote = ["'", '`', '"'].find((mark) => !text.includes(mark))
  return quote === undefined ? '' : `${quote}${text}${quote}`
}
