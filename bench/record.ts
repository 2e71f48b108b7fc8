import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

// Writes RESULTS.md: three runs of what the packages are held to, and one of the rest. node bench/record.ts [--rounds 5]
const given = process.argv.slice(2)
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
const status = execFileSync('git', ['status', '--porcelain', '--', 'bench/src', 'packages/*/src'], { encoding: 'utf8' })
const changed = status === '' ? '' : ', with uncommitted changes'
const [{ model } = { model: 'unknown' }, ...others] = cpus()
const sections: string[] = []

const mocked = ['--runtime', 'node', '--harness', 'mocked']
for (const number of [1, 2, 3]) record(`Run ${number}: Node, mocked sockets`, mocked)
record('Bun, mocked sockets', ['--runtime', 'bun', '--harness', 'mocked'])
const whole = 'service,stack-unsampled,stack-sampled,stack-jwt'
record('Node and Bun, real HTTP', ['--harness', 'http', '--case', whole])

/** Runs, and writes the page anew: what was measured is not lost with what comes later. */
function record(title: string, options: readonly string[]): void {
  const args = [...options, ...given]
  const table = execFileSync('node', [join(import.meta.dirname, 'run.ts'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  sections.push(`## ${title}\n\n\`pnpm bench ${args.join(' ')}\`\n\n\`\`\`\n${table.trimEnd()}\n\`\`\`\n`)
  writeFileSync(
    join(import.meta.dirname, 'RESULTS.md'),
    `# Results

Printed at commit ${commit}${changed}, on ${others.length + 1} × ${model.trim()}. [README.md](README.md) says how it is measured, and what the columns mean.

${sections.join('\n')}`,
  )
}
