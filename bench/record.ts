import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

// Runs the benchmark three times and writes RESULTS.md: node bench/record.ts [options of run.ts]
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
const changed =
  execFileSync('git', ['status', '--porcelain', '--', 'packages', 'bench/src'], { encoding: 'utf8' }) !== ''
const [{ model } = { model: 'unknown' }, ...others] = cpus()

const runs = [1, 2, 3].map((number) => {
  const table = execFileSync('node', [join(import.meta.dirname, 'run.ts'), ...process.argv.slice(2)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return `## Run ${number}\n\n\`\`\`\n${table.trimEnd()}\n\`\`\`\n`
})

writeFileSync(
  join(import.meta.dirname, 'RESULTS.md'),
  `# Results

What \`node bench/record.ts ${process.argv.slice(2).join(' ')}\` printed at commit ${commit}${changed ? ', with uncommitted changes' : ''}, on ${others.length + 1} × ${model.trim()}.

[README.md](README.md) says how it is measured, and what the columns mean.

${runs.join('\n')}`,
)
