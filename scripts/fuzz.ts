import { availableParallelism } from 'node:os'
import { spawnSync } from 'node:child_process'
import { files, root } from './workspace.ts'
import { testPatterns } from './test-files.ts'

const usage = `pnpm fuzz [package or piece of a path …]

Runs the property tests with FUZZ_RUNS (a million unless it is set) cases each.`

const filters = process.argv.slice(2)
if (filters.includes('--help')) {
  console.log(usage)
} else {
  const properties = files(...testPatterns).filter(
    (file) => file.includes('.property.') && (filters.length === 0 || filters.some((filter) => file.includes(filter))),
  )
  const limits = ['--testTimeout=3600000', `--maxWorkers=${availableParallelism()}`]
  const env = { ...process.env, FUZZ_RUNS: process.env['FUZZ_RUNS'] ?? '1000000' }
  const { status } = spawnSync('vitest', ['run', ...limits, ...properties], { cwd: root, env, stdio: 'inherit' })
  process.exitCode = status ?? 1
}
