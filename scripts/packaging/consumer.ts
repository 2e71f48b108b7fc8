import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm } from '../pnpm.ts'
import type { Packed } from './pack.ts'

/** An otherwise empty project into which the tarballs are installed. */
export interface Consumer {
  readonly folder: string
  /** Where a package was installed. */
  installed(packed: Packed): string
}

/**
 * Installs the tarballs into a folder outside of the workspace, each package with its declared dependencies only.
 *
 * @param extra Further dependencies, of the programs that run there.
 * @throws {Error} With what pnpm says, when it fails.
 */
export async function consume(
  folder: string,
  packed: readonly Packed[],
  extra: Readonly<Record<string, string>>,
): Promise<Consumer> {
  const tarballs = Object.fromEntries(packed.map((each) => [each.package.manifest.name, `file:${each.tarball}`]))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  write(folder, 'package.json', {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...extra, ...tarballs },
  })
  write(folder, 'pnpm-workspace.yaml', {
    packages: ['.'],
    overrides: tarballs,
    nodeVersion: '22.15.0',
    allowBuilds: { protobufjs: false },
  })
  const { code, output } = await pnpm(['install', '--no-frozen-lockfile', '--prefer-offline', '--engine-strict'], {
    cwd: folder,
  })
  if (code !== 0) throw new Error(output)
  return { folder, installed: (each) => join(folder, 'node_modules', each.package.manifest.name) }
}

function write(folder: string, name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content, null, 2))
}
