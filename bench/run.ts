import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { requestCases, valueCases } from './src/cases.ts'
import { requestResult, table, valueResult, type Result } from './src/results.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runtime: { type: 'string', default: 'node,bun' },
    harness: { type: 'string', default: 'mocked,http' },
    case: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    client: { type: 'string', default: 'browser' },
  },
})
const rounds = Number(options.rounds)
const wanted = options.case === '' ? undefined : new Set(options.case.split(','))
const folder = mkdtempSync(join(tmpdir(), 'seaworthy-bench-'))
const batches: Record<Harness, readonly [string, string]> = { mocked: ['20000', '10'], http: ['8000', '5'] }

type Runtime = 'node' | 'bun'
type Harness = 'mocked' | 'http'

const results: Result[] = []
for (const runtime of list<Runtime>(options.runtime)) {
  for (const harness of list<Harness>(options.harness)) results.push(...measureRequests(runtime, harness))
  if (options.harness.includes('mocked')) results.push(...measureValues(runtime))
}
rmSync(folder, { recursive: true })
process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : table(results)}\n`)

function list<T extends string>(text: string): T[] {
  return text.split(',') as T[]
}

function measureRequests(runtime: Runtime, harness: Harness): Result[] {
  const cases = requestCases.filter(({ name }) => !wanted || wanted.has(name) || name === 'bare' || name === 'noop')
  const names = new Set(cases.flatMap(({ name, peer }) => (peer === undefined ? [name] : [name, peer])))
  const figures = least(names, (name) => {
    const { us } = measure(runtime, 'measure-request.ts', [harness, name, ...batches[harness]])
    return Number(us)
  })
  return cases.map((each) => requestResult({ runtime, harness }, each, figures))
}

function measureValues(runtime: Runtime): Result[] {
  const cases = valueCases.filter(({ name }) => !wanted || wanted.has(name))
  const names = new Set(cases.flatMap(({ name, peers }) => [name, ...peers]))
  const figures = least(names, (name) => value(runtime, name))
  return cases.map((each) => valueResult({ runtime, harness: 'mocked' }, each, figures))
}

/** A peer that loses lines or never ends on a runtime is no measure there; ours must work. */
function value(runtime: Runtime, name: string): number {
  try {
    return Number(measure(runtime, 'measure-value.ts', [name])['value'])
  } catch (error) {
    if (!name.startsWith('peer-')) throw error
    process.stderr.write(`${name} failed on ${runtime}, and does not count\n`)
    return Number.POSITIVE_INFINITY
  }
}

/** Every variant once a round, so that a change of the machine's speed meets all of them; the least counts. */
function least(names: ReadonlySet<string>, take: (name: string) => number): Map<string, number> {
  const figures = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const figure = take(name)
      process.stderr.write(`round ${round + 1}/${rounds} ${name} ${figure.toFixed(2)}\n`)
      figures.set(name, Math.min(figures.get(name) ?? Number.POSITIVE_INFINITY, figure))
    }
  }
  return figures
}

function measure(runtime: Runtime, program: string, args: readonly string[]): Record<string, unknown> {
  const file = join(folder, 'result.json')
  const flags = runtime === 'node' ? ['--expose-gc', '--no-warnings'] : ['--expose-gc']
  // What is logged goes to /dev/null in ours and in the peers; the result goes to a file.
  execFileSync(runtime, [...flags, join(import.meta.dirname, 'src', program), ...args, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 60_000,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', BENCH_CLIENT: options.client },
  })
  return JSON.parse(readFileSync(file, 'utf8'))
}
