import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { type Consumer, consume } from './packaging/consumer.ts'
import { declarationProblems } from './packaging/declarations.ts'
import { nodeBinary } from './packaging/node-binary.ts'
import { budgetProblems, ownSize, recordedBudget } from './packaging/own-size.ts'
import { build, pack, type Packed } from './packaging/pack.ts'
import { openTelemetry2Problems } from './packaging/opentelemetry-2.ts'
import { smokeProblems, type SmokeRuntime } from './packaging/smoke.ts'
import { run, runAll } from './run.ts'
import { runSteps, type Step } from './steps.ts'
import { close } from './tally.ts'
import { catalog, withDependencies } from './workspace.ts'

const scratch = mkdtempSync(join(tmpdir(), 'seaworthy-packages-'))
const published = withDependencies(process.argv.slice(2)).filter((each) => !each.manifest.private)
let packed: Packed[] = []
let consumer: Consumer
let specifiers: string[] = []

const smokeRuntimes: readonly SmokeRuntime[] = [
  { name: 'Node 22.15.0', binary: () => nodeBinary('22.15.0') },
  { name: 'latest Node 22', binary: () => nodeBinary('22') },
  { name: 'Node 26', binary: () => 'node' },
  { name: 'Bun', binary: () => 'bun' },
]

const steps: readonly Step[] = [
  { name: 'build', required: true, run: () => build(published).then(() => []) },
  {
    name: 'pack',
    required: true,
    async run() {
      packed = await pack(published, join(scratch, 'tarballs'))
      return packed.flatMap(contentProblems)
    },
  },
  { name: 'publint', run: () => flat(packed, publintProblems) },
  { name: 'attw', run: () => flat(packed, attwProblems) },
  {
    name: 'install',
    required: true,
    async run() {
      consumer = await consume(join(scratch, 'consumer'), packed, smokeDependencies())
      specifiers = packed.flatMap(({ package: each }) =>
        Object.keys(each.manifest.exports ?? {}).map((key) => each.manifest.name + key.slice(1)),
      )
      return []
    },
  },
  { name: 'sizes', run: sizeProblems },
  { name: 'declarations', run: () => declarationProblems(consumer, specifiers) },
  ...smokeRuntimes.map((runtime) => ({
    name: `imports and smoke runs on ${runtime.name}`,
    run: () => smokeProblems(consumer, packed, specifiers, runtime),
  })),
  {
    name: 'OpenTelemetry 2',
    run: () =>
      openTelemetry2Problems(
        join(scratch, 'opentelemetry-2'),
        packed,
        smokeDependencies().hono ?? 'latest',
        smokeRuntimes.slice(2),
      ),
  },
]

try {
  close('packages', await runSteps(steps))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function contentProblems({ package: { name, manifest }, files }: Packed): string[] {
  const entries = Object.values(manifest.exports ?? {}).map((source) =>
    source.replace(/^\.\/src\/(.*)\.ts$/, 'dist/$1'),
  )
  const built = entries.flatMap((entry) => [`${entry}.js`, `${entry}.d.ts`])
  const needed = ['LICENSE', 'README.md', 'PROMISES.md', 'package.json', ...built]
  const missing = needed.filter((file) => !files.includes(file)).map((file) => `${name}: ${file} is not in the tarball`)
  const stray = files.filter((file) => /^dist\/(.*\/)?[^/.]+\.(?!d\.ts$)[^/]*\.|tsbuildinfo|^src\//.test(file))
  return [...missing, ...stray.map((file) => `${name}: ${file} is in the tarball`)]
}

async function publintProblems({ package: { name }, tarball }: Packed): Promise<string[]> {
  const file = readFileSync(tarball)
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: bytes } })
  return messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false })}`)
}

async function attwProblems({ package: { name }, tarball }: Packed): Promise<string[]> {
  const args = [
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--no-emoji',
    '--no-color',
    '--format',
    'ascii',
  ]
  const { code, output } = await run('attw', args)
  return code === 0 ? [] : [`${name}:\n${output}`]
}

/** What the smoke runs use beside the packages, at the versions of the workspace. */
function smokeDependencies(): Record<string, string> {
  const api = ['api', 'context-async-hooks', 'core', 'sdk-metrics', 'sdk-trace'].map((name) => `@opentelemetry/${name}`)
  const versions = catalog()
  return Object.fromEntries(['hono', ...api].map((name) => [name, versions.get(name) ?? 'latest']))
}

function sizeProblems(): string[] {
  const sizes = new Map<string, number>()
  for (const each of packed) {
    const { exports = {} } = readBuiltManifest(consumer.installed(each))
    for (const [key, target] of Object.entries(exports)) {
      sizes.set(each.package.manifest.name + key.slice(1), ownSize(join(consumer.installed(each), target.default)))
    }
  }
  const line = [...sizes].map(
    ([specifier, bytes]) => `${specifier.replace('@seaworthy/', '')} ${(bytes / 1024).toFixed(1)}`,
  )
  console.log(`  KiB of own code, gzipped: ${line.join(', ')}`)
  return budgetProblems(sizes, recordedBudget())
}

function readBuiltManifest(folder: string): { exports?: Record<string, { default: string }> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

async function flat<Item>(items: readonly Item[], work: (item: Item) => Promise<string[]>): Promise<string[]> {
  return (await runAll(items, work)).flat()
}
