import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

// Writes RESULTS.md: three runs of what the packages are held to, and one of the rest. node bench/record.ts [--rounds 5]
const given = process.argv.slice(2)
const measured = ['log', 'metrics', 'middleware', 'server', 'service', 'shutdown', 'telemetry', 'tracing'].map(
  (name) => `packages/${name}/src`,
)
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
const status = execFileSync('git', ['status', '--porcelain', '--', 'bench/src', ...measured], { encoding: 'utf8' })
const [{ model } = { model: 'unknown' }, ...others] = cpus()

const runs = [
  ...[1, 2, 3].map((number) =>
    run(`Run ${number}: Node, mocked sockets`, ['--runtime', 'node', '--harness', 'mocked']),
  ),
  run('Bun, mocked sockets', ['--runtime', 'bun', '--harness', 'mocked']),
  run('Node and Bun, real HTTP', ['--harness', 'http']),
]

writeFileSync(
  join(import.meta.dirname, 'RESULTS.md'),
  `# Results

Printed at commit ${commit}${status === '' ? '' : ', with uncommitted changes'}, on ${others.length + 1} × ${model.trim()}. [README.md](README.md) says how it is measured, and what the columns mean.

${runs.join('\n')}`,
  )
}

function run(title: string, options: readonly string[]): string {
  const args = [...options, ...given]
  const table = execFileSync('node', [join(import.meta.dirname, 'run.ts'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return `## ${title}\n\n\`pnpm bench ${args.join(' ')}\`\n\n\`\`\`\n${table.trimEnd()}\n\`\`\`\n`
}
