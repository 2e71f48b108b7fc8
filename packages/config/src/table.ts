import { prefixOf } from './config-options.ts'
import type { DocumentOptions } from './example.ts'
import type { Spec } from './group.ts'
import { oneLine } from './one-line.ts'
import { variableFacts } from './variable-facts.ts'
import { variablesOf, type Variable } from './variables.ts'

/**
 * A Markdown table of every variable with its type, default and description. Secrets have no value in it.
 *
 * @throws {ConfigError} `ERR_CONFIG_SPEC` or `ERR_CONFIG_OPTION` when the specification or the prefix is mistaken.
 */
export function table(spec: Spec, options: DocumentOptions = {}): string {
  const rows = variablesOf(spec, prefixOf(options)).map(row)
  return ['| Variable | Type | Default | Description |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}

function row(variable: Variable): string {
  const { type, required, fallback, reloadable } = variableFacts(variable)
  const cells = [
    code(variable.name),
    reloadable ? `${type}, reloadable` : type,
    required ? 'required' : fallback === undefined ? 'optional' : fallback === '' ? 'empty' : code(fallback),
    variable.info.description ?? '',
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}

function code(text: string): string {
  // A run of backticks inside needs a longer one outside (CommonMark §6.1).
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)))
  return fence === '`' ? `\`${text}\`` : `${fence} ${text} ${fence}`
}

/** Text that stays in its cell. */
function cell(text: string): string {
  return oneLine(text).replaceAll('|', String.raw`\|`)
}
