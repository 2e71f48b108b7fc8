import { join } from 'node:path'
import { type Import, importsOf, reachableFrom } from './imports.ts'
import { files, fromRoot, isPublished, root, type WorkspacePackage } from './workspace.ts'

/** Where a package stands: it may import packages of lower floors only, never of its own. */
export const floors: Readonly<Record<string, number>> = {
  middleware: 0,
  config: 1,
  health: 1,
  log: 1,
  metrics: 1,
  'rate-limit': 1,
  security: 1,
  server: 1,
  shutdown: 1,
  tracing: 1,
  'api-key': 2,
  'basic-auth': 2,
  console: 2,
  debug: 2,
  jwt: 2,
  telemetry: 2,
  oauth2: 3,
  service: 4,
}

/** What the core entry may import of Node: it has to run wherever Fetch does. */
const coreNodeModules: readonly string[] = ['node:async_hooks']

/** Packages whose subject is a listener may know Hono's one. */
const mayKnowNodeServer: readonly string[] = ['server']

/** Every way in which a package breaks the floors: in its manifest, or in a source file that is published. */
export function floorProblems(packages: readonly WorkspacePackage[]): string[] {
  return [
    ...packages.flatMap((each) => [...unknownFloor(each), ...manifestProblems(each), ...sourceProblems(each)]),
    ...packages.filter((each) => each.name === 'middleware').flatMap(coreProblems),
  ]
}

/**
 * Why a package may not depend on a module, if so.
 *
 * @param name The package, without its scope.
 */
export function forbidden(name: string, specifier: string): string | undefined {
  const target = /^@seaworthy\/([^/]+)/.exec(specifier)?.[1]
  if (target !== undefined && target !== name) return forbiddenPackage(name, target)
  if (specifier === 'hono' || specifier.startsWith('hono/')) return 'a package knows Hono by its structure only'
  if (specifier.startsWith('@hono/') && !mayKnowNodeServer.includes(name)) return 'only server may know the listener'
  return undefined
}

function forbiddenPackage(name: string, target: string): string | undefined {
  const [own, other] = [floors[name], floors[target]]
  if (other === undefined) return `${target} has no floor in scripts/floors.ts`
  if (own !== undefined && other >= own) return `${target} is on floor ${other}, ${name} on floor ${own}`
  return undefined
}

function unknownFloor({ name }: WorkspacePackage): string[] {
  return floors[name] === undefined ? [`packages/${name} has no floor in scripts/floors.ts`] : []
}

function manifestProblems({ name, manifest }: WorkspacePackage): string[] {
  const { dependencies, peerDependencies, optionalDependencies } = manifest
  const all = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
  return all.flatMap((dependency) => {
    // Hono is a peer of its listener: whoever depends on the one has to bring the other.
    if (dependency === 'hono' && mayKnowNodeServer.includes(name)) return []
    const reason = forbidden(name, dependency)
    return reason ? [`packages/${name}/package.json depends on ${dependency}: ${reason}`] : []
  })
}

function sourceProblems({ name }: WorkspacePackage): string[] {
  const published = files(`packages/${name}/src/**/*.ts`).filter(isPublished)
  return published.flatMap((file) =>
    importsOf(join(root, file)).flatMap((each) => {
      const reason = forbidden(name, each.specifier)
      return reason ? [problem(file, each, reason)] : []
    }),
  )
}

function coreProblems({ folder }: WorkspacePackage): string[] {
  return reachableFrom(join(folder, 'src', 'index.ts')).flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => specifier.startsWith('node:') && !coreNodeModules.includes(specifier))
      .map((each) =>
        problem(fromRoot(file), each, `the core entry may import of Node only ${coreNodeModules.join(', ')}`),
      ),
  )
}

function problem(file: string, { specifier, line }: Import, reason: string): string {
  return `${file}:${line} imports ${specifier}: ${reason}`
}
