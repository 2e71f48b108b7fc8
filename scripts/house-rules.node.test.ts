import { describe, expect, test } from 'vitest'
import { readmeShapeProblems, sourceProblems } from './house-rules.ts'
import { scaffold } from './scaffold.ts'

const made = scaffold('rate-limit', 'Limits.', {})

describe('sourceProblems', () => {
  test('accepts documented exports, and one docstring for all overloads', () => {
    const source = `/** One. */
export function a(b: string): string
export function a(b: number): string
export function a(b: string | number): string {
  return String(b)
}
function inner(): void {}
/** Two. */
export interface C {}
`
    expect(sourceProblems('packages/log/src/a.ts', source)).toEqual([])
  })

  test.each([
    ['a.ts', 'export const a: number = 1\n', ':1 a has no docstring'],
    ['a.ts', '/* not one */\nexport function a(): void {}\n', ':2 a has no docstring'],
    ['a.ts', '// nor this\nexport type A = string\n', ':2 A has no docstring'],
    ['a.ts', '/** Far away. */\nconst b = 1\nexport class A {}\n', ':3 A has no docstring'],
    ['utils.ts', '', 'after its main export'],
    ['aB.ts', '', 'kebab-case'],
    ['a.ts', '// TODO: more\n', ':1 has a TODO'],
    ['a.ts', 'x()\n'.repeat(351), 'has 351 lines'],
    ['a.ts', 'x()\nif (y) this.#next = (z) => z\n', ':2 assigns a function'],
    ['a.ts', 'x.y = async function z() {}\n', ':1 assigns a function'],
    ['index.ts', '/** A. */\nexport const a: number = 1\n', 'only re-exports'],
  ])('in %s, refuses %j', (name, source, expected) => {
    expect(sourceProblems(`packages/log/src/${name}`, source).join('\n')).toContain(expected)
  })
})

describe('readmeShapeProblems', () => {
  const readme = made.get('README.md') ?? ''
  const file = 'packages/rate-limit/README.md'

  test('accepts what a new package begins with', () => {
    expect(readmeShapeProblems(file, readme)).toEqual([])
  })

  test.each([
    ['a missing section', readme.replace('## Errors', '## Mistakes'), 'there is no ## Errors'],
    ['sections out of order', `${readme.replace('## Install', '## Insert')}\n## Install\n`, '## Use comes too early'],
    ['another title', readme.replace('# @seaworthy/rate-limit', '# Rate limit'), 'it begins with'],
    ['no link to the promises', readme.replace('](PROMISES.md)', ']'), 'links to PROMISES.md'],
    ['a section that is only shown in a fence', readme.replace('## Errors', '```md\n## Errors\n```'), 'no ## Errors'],
  ])('refuses %s', (_, text, expected) => {
    expect(readmeShapeProblems(file, text).join('\n')).toContain(expected)
  })
})

describe('scaffold', () => {
  test('makes sources that keep the house rules', () => {
    for (const [path, text] of made) {
      if (path.endsWith('.ts') && !path.includes('.test.')) expect(sourceProblems(path, text)).toEqual([])
    }
  })

  test('keeps of the model what all packages have in common', () => {
    const manifest = scaffold('rate-limit', 'Limits.', { type: 'module', peerDependencies: { a: '1' } }).get(
      'package.json',
    )
    expect(JSON.parse(manifest ?? '')).toMatchObject({ name: '@seaworthy/rate-limit', type: 'module' })
    expect(manifest).not.toContain('peerDependencies')
  })
})
