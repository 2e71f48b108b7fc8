import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from '../pnpm.ts'
import { run } from '../run.ts'
import type { WorkspacePackage } from '../workspace.ts'

/** A package and what would be published of it. */
export interface Packed {
  readonly package: WorkspacePackage
  /** The path of the `.tgz`. */
  readonly tarball: string
  /** The paths inside of it. */
  readonly files: readonly string[]
}

/**
 * Builds every package.
 *
 * @throws {Error} With what the compiler says, when it fails.
 */
export async function build(packages: readonly WorkspacePackage[]): Promise<void> {
  for (const each of packages) removeStale(each.folder)
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  const args = ['run', 'build', '--output-logs=errors-only', '--no-update-notifier', ...filters]
  const { code, output } = await run('turbo', args, { env: { TURBO_TELEMETRY_DISABLED: '1' } })
  if (code !== 0) throw new Error(output)
}

/**
 * Packs every package into a folder, as a release would.
 *
 * @throws {Error} When pnpm fails, or packs something else than was asked for.
 */
export async function pack(packages: readonly WorkspacePackage[], folder: string): Promise<Packed[]> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { code, output } = await pnpm([
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
    '--json',
  ])
  if (code !== 0) throw new Error(output)
  const packed: PackReport[] = JSON.parse(output.slice(output.indexOf('[\n')))
  return packages.map((each) => {
    const report = packed.find(({ name }) => name === each.manifest.name)
    if (!report) throw new Error(`${each.manifest.name} was not packed`)
    return { package: each, tarball: report.filename, files: report.files.map(({ path }) => path) }
  })
}

interface PackReport {
  readonly name: string
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

/** The compiler leaves what it built from a source that is gone. */
function removeStale(folder: string): void {
  for (const file of globSync('dist/**/*.{js,d.ts}', { cwd: folder })) {
    const source = file.replace(/^dist/, 'src').replace(/(\.d)?\.(js|ts)$/, '.ts')
    if (!existsSync(join(folder, source))) rmSync(join(folder, file))
  }
}
