import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

/** The repository's root folder. */
export const root: string = dirname(import.meta.dirname)

/** What a package's manifest says, as far as the scripts care. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One folder of `packages/`. */
export interface WorkspacePackage {
  /** The name without its scope, which is also the name of the folder. */
  readonly name: string
  readonly folder: string
  readonly manifest: Manifest
}

/** The packages of the workspace, by name. */
export function packages(): WorkspacePackage[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((file) => join(root, file))
    .map((file) => ({ name: basename(dirname(file)), folder: dirname(file), manifest: readManifest(file) }))
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

/**
 * The packages of these names and all packages of the workspace that they depend on; all packages for no names.
 *
 * @throws {Error} When there is no package of a name.
 */
export function withDependencies(names: readonly string[]): WorkspacePackage[] {
  const all = packages()
  const wanted = new Set(names)
  for (const name of wanted) {
    const each = all.find((candidate) => candidate.name === name)
    if (!each) throw new Error(`there is no packages/${name}`)
    const { dependencies, peerDependencies } = each.manifest
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (dependency.startsWith('@seaworthy/')) wanted.add(dependency.slice('@seaworthy/'.length))
    }
  }
  return names.length === 0 ? all : all.filter(({ name }) => wanted.has(name))
}

/** Reads a `package.json`. */
function readManifest(file: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'))
  return manifest
}

/** The versions that the workspace's catalog pins, by the name of the dependency. */
export function catalog(): Map<string, string> {
  const text = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const section = /^catalog:\n((?: {2}.*\n|\n)*)/m.exec(text)?.[1] ?? ''
  const lines = section.matchAll(/^ {2}'?([^':]+)'?: (\S+)$/gm)
  return new Map([...lines].map((line) => [line[1] ?? '', line[2] ?? '']))
}

/** Files under the root that match, as paths from the root, sorted; what was installed or built is left out. */
export function files(...patterns: readonly string[]): string[] {
  const exclude = (path: string): boolean => /(^|\/)(node_modules|dist|\.[a-z]+)(\/|$)/.test(path)
  return globSync([...patterns], { cwd: root, exclude }).toSorted()
}

/** Whether a source file is built and published: what only tests use has a suffix, as in `name.test.ts`. */
export function isPublished(file: string): boolean {
  return !basename(file, '.ts').includes('.')
}

/** A path as people read it: from the root. */
export function fromRoot(path: string): string {
  return relative(root, path)
}
