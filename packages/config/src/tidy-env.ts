/** A `.env` file in a form that every runtime reads alike, or what is wrong with a line of it. */
export type TidyEnv = { readonly text: string } | { readonly text?: undefined; readonly reason: string }

const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/

/**
 * Leaves of a `.env` file what matters: one `NAME=value` after the other. The parsers of the runtimes differ about
 * spaces, `export`, a last line without an end, and malformed lines, which take the next line with them in some.
 *
 * @param text - With plain line feeds.
 * @returns The tidy text, or the number of the first malformed line and why; nothing of the line is quoted.
 */
export function tidyEnv(text: string): TidyEnv {
  const lines = text.split('\n')
  const tidy: string[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (/^\s*(?:#|$)/.test(line)) continue
    const [, name, value] = assignment.exec(line) ?? []
    if (name === undefined || value === undefined) return malformed(index, 'is neither NAME=value nor a comment')
    const quoted = /^["'`]/.test(value) ? quotedValue(lines, index, value) : { value: value.trimEnd(), last: index }
    if (typeof quoted === 'string') return malformed(index, quoted)
    tidy.push(`${name}=${quoted.value}\n`)
    index = quoted.last
  }
  // Node 22.15 reads on past the end of the last line: a comment stops it.
  return { text: `${tidy.join('')}#\n` }
}

interface QuotedValue {
  /** With its quotes, over as many lines as it has. */
  readonly value: string
  /** The index of its last line. */
  readonly last: number
}

function quotedValue(lines: readonly string[], first: number, begin: string): QuotedValue | string {
  const quote = begin.slice(0, 1)
  const parts: string[] = []
  for (let index = first; index < lines.length; index++) {
    const line = index === first ? begin : (lines[index] ?? '')
    const end = line.indexOf(quote, index === first ? 1 : 0)
    parts.push(end === -1 ? line : line.slice(0, end + 1))
    if (end === -1) continue
    if (line[end - 1] === '\\') return 'has an escaped quote: write another kind of quotes round it'
    if (!/^\s*(?:#|$)/.test(line.slice(end + 1))) return 'has more after its closing quote'
    return { value: parts.join('\n'), last: index }
  }
  return 'has a quote that is never closed'
}

function malformed(index: number, what: string): TidyEnv {
  return { reason: `line ${index + 1} ${what}` }
}
