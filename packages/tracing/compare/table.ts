import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lines } from './lines.ts'
import { subjects } from './subject.ts'

/**
 * Writes the comparison into the README: every line is one request, made to each subject by a program that runs it.
 * With `--check` nothing is written, and the program fails when the README says something else than the run.
 */
const readme = new URL('../README.md', import.meta.url)
const begin = '<!-- compare:begin -->'
const end = '<!-- compare:end -->'

const text = readFileSync(readme, 'utf8')
const [before, rest] = split(text, begin)
const [written, after] = split(rest, end)
const table = `\n\n${await measure()}\n\n`

if (!process.argv.includes('--check')) writeFileSync(readme, before + begin + table + end + after)
else if (squeezed(written) !== squeezed(table)) {
  console.error(
    'The comparison in packages/tracing/README.md is not what a run shows. Run: node packages/tracing/compare/table.ts',
  )
  console.error(difference(written, table))
  process.exitCode = 1
}

async function measure(): Promise<string> {
  const columns: (readonly string[])[] = []
  for (const name of Object.keys(subjects)) {
    const onNode = await cellsOn('node', name)
    const [onBun = ''] = await cellsOn('bun', name, 1)
    columns.push([...onNode, onBun])
  }
  const titles = [...lines.map(({ title }) => title), `${lines[0]?.title}, on Bun`]
  const head = ['', ...Object.values(subjects).map(({ title }) => title)]
  const rows = titles.map((title, i) => [title, ...columns.map((column) => column[i] ?? '')])
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

async function cellsOn(runtime: 'node' | 'bun', subject: string, count = lines.length): Promise<readonly string[]> {
  const program = fileURLToPath(new URL('run.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(runtime, [program, subject, String(count)], { timeout: 60_000 })
  const cells: unknown = JSON.parse(stdout)
  if (!Array.isArray(cells)) throw new Error(`${subject} on ${runtime} printed ${stdout}`)
  return cells.map(String)
}

function split(whole: string, mark: string): readonly [string, string] {
  const at = whole.indexOf(mark)
  if (at === -1) throw new Error(`${mark} is missing in the README`)
  return [whole.slice(0, at), whole.slice(at + mark.length)]
}

/** A formatter may align the columns. */
function squeezed(markdown: string): string {
  return markdown.trim().replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---')
}

function difference(old: string, now: string): string {
  const known = new Set(squeezed(old).split('\n'))
  return squeezed(now)
    .split('\n')
    .filter((line) => !known.has(line))
    .join('\n')
}
