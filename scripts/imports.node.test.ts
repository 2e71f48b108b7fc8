import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importsOf, reachableFrom } from './imports.ts'

describe('importsOf', () => {
  test('sees every way of asking for a module', () => {
    const source = `import a from 'a'
import type { B } from 'b'
import 'c'
export * from 'd'
export { e } from 'e'
const f = await import('f')
type G = import('g').G
// import 'not-this'
const text = "import 'nor-this'"
`
    expect(importsOf('x.ts', source).map(({ specifier, line }) => `${specifier}${line}`)).toEqual([
      'a1',
      'b2',
      'c3',
      'd4',
      'e5',
      'f6',
      'g7',
    ])
  })

  test('refuses what is no module', () => {
    expect(() => importsOf('x.ts', 'import {')).toThrow('x.ts')
  })
})

describe('reachableFrom', () => {
  test('follows relative imports, cycles too, each file once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'imports-'))
    writeFileSync(join(folder, 'a.ts'), "import './b.ts'\nimport 'node:fs'\n")
    writeFileSync(join(folder, 'b.ts'), "export * from './c.ts'\nimport './a.ts'\n")
    writeFileSync(join(folder, 'c.ts'), 'export {}\n')
    writeFileSync(join(folder, 'd.ts'), 'export {}\n')
    expect(reachableFrom(join(folder, 'a.ts')).map((file) => basename(file))).toEqual(['a.ts', 'b.ts', 'c.ts'])
    rmSync(folder, { recursive: true })
  })
})
