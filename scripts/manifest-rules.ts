/** The members of a package's manifest that the rules look at. */
interface PackageManifest {
  readonly name?: unknown
  readonly description?: unknown
  readonly license?: unknown
  readonly type?: unknown
  readonly sideEffects?: unknown
  readonly scripts?: unknown
  readonly engines?: { readonly node?: unknown }
  readonly files?: readonly string[]
  readonly exports?: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly publishConfig?: {
    readonly access?: unknown
    readonly exports?: Readonly<Record<string, unknown>>
    readonly bin?: Readonly<Record<string, string>>
  }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/**
 * Where a package's manifest leaves the common shape.
 *
 * @param name The package's folder.
 * @param catalog The dependencies that the workspace's catalog pins.
 */
export function manifestProblems(name: string, manifest: PackageManifest, catalog: readonly string[]): string[] {
  const problems = [
    ...shapeProblems(name, manifest),
    ...exportProblems(manifest.exports ?? {}, manifest.publishConfig?.exports ?? {}),
    ...dependencyProblems(manifest, catalog),
  ]
  return problems.map((problem) => `packages/${name}/package.json: ${problem}`)
}

function shapeProblems(name: string, manifest: PackageManifest): string[] {
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ['name', manifest.name, `@seaworthy/${name}`],
    ['license', manifest.license, 'MIT'],
    ['type', manifest.type, 'module'],
    ['sideEffects', manifest.sideEffects, false],
    ['scripts', manifest.scripts, { build: 'tsc -b' }],
    ['engines.node', manifest.engines?.node, '>=22.15'],
    ['publishConfig.access', manifest.publishConfig?.access, 'public'],
  ]
  const problems = expected.flatMap(([key, actual, wanted]) =>
    JSON.stringify(actual) === JSON.stringify(wanted) ? [] : [`${key} is ${JSON.stringify(wanted)} in every package`],
  )
  for (const file of ['dist', '!dist/.tsbuildinfo', 'PROMISES.md', 'CHANGELOG.md']) {
    if (!manifest.files?.includes(file)) problems.push(`files has ${file} in every package`)
  }
  return problems
}

/** Each export is one file of `src/`, and is published as what is built from it. */
function exportProblems(
  sources: Readonly<Record<string, unknown>>,
  built: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(sources), ...Object.keys(built)])
  return [...keys].flatMap((key) => {
    const stem = /^\.\/src\/(.+)\.ts$/.exec(String(sources[key]))?.[1]
    if (stem === undefined) return [`exports[${JSON.stringify(key)}] is one file, ./src/….ts`]
    const wanted = { types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` }
    if (JSON.stringify(built[key]) === JSON.stringify(wanted)) return []
    return [`publishConfig.exports[${JSON.stringify(key)}] is ${JSON.stringify(wanted)}`]
  })
}

/** Versions that several packages share stand in the catalog, once. */
function dependencyProblems(manifest: PackageManifest, catalog: readonly string[]): string[] {
  return Object.entries(manifest.dependencies ?? {}).flatMap(([dependency, range]) => {
    if (dependency.startsWith('@seaworthy/')) return range === 'workspace:^' ? [] : [`${dependency} is workspace:^`]
    if (catalog.includes(dependency)) return range === 'catalog:' ? [] : [`${dependency} is catalog:`]
    return []
  })
}
