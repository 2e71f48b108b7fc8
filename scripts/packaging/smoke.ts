import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../run.ts'
import { root } from '../workspace.ts'
import type { Consumer } from './consumer.ts'
import type { Packed } from './pack.ts'

/** A runtime that the tarballs are tried on. */
export interface SmokeRuntime {
  readonly name: string
  /** The path of its binary. */
  readonly binary: () => Promise<string> | string
}

/** Imports every export on a runtime, and runs the small real use of each package there. */
export async function smokeProblems(
  consumer: Consumer,
  packed: readonly Packed[],
  specifiers: readonly string[],
  runtime: SmokeRuntime,
): Promise<string[]> {
  const binary = await runtime.binary()
  const problems = await programProblems(binary, consumer, writeImports(consumer, specifiers))
  for (const each of packed) {
    const source = join(root, 'test', 'packaging', 'smoke', `${each.package.name}.mjs`)
    if (!existsSync(source)) {
      problems.push(`test/packaging/smoke/${each.package.name}.mjs is missing`)
      continue
    }
    const name = `smoke-${each.package.name}.mjs`
    copyFileSync(source, join(consumer.folder, name))
    problems.push(...(await programProblems(binary, consumer, name)))
  }
  return problems
}

/** A module without a single export would be imported just as well. */
function writeImports(consumer: Consumer, specifiers: readonly string[]): string {
  const code = `
for (const specifier of ${JSON.stringify(specifiers)}) {
  const names = Object.keys(await import(specifier))
  if (names.length === 0) throw new Error(specifier + ' exports nothing')
}
console.log('ok')
`
  writeFileSync(join(consumer.folder, 'imports.mjs'), code)
  return 'imports.mjs'
}

/** A program passes when it says `ok` at last and ends by itself. */
export async function programProblems(binary: string, consumer: Consumer, name: string): Promise<string[]> {
  const { code, output } = await run(binary, [name], { cwd: consumer.folder, timeout: 30_000 })
  return code === 0 && /(^|\n)ok\n$/.test(output) ? [] : [`${name} ended with ${code}:\n${output}`]
}
