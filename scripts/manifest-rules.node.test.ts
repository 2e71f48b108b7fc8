import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { manifestProblems } from './manifest-rules.ts'
import { scaffold } from './scaffold.ts'
import { catalog, packages } from './workspace.ts'

const health = packages().find(({ name }) => name === 'health')
const made = scaffold('rate-limit', 'Limits.', health?.manifest).get('package.json') ?? ''

function changed(change: (manifest: Record<string, unknown>) => void): string {
  const manifest: Record<string, unknown> = JSON.parse(made)
  change(manifest)
  return manifestProblems('rate-limit', manifest, ['hono', 'srvx']).join('\n')
}

describe('manifestProblems', () => {
  test('accepts what a new package begins with', () => {
    expect(changed(() => undefined)).toBe('')
  })

  test.each<[string, (manifest: Record<string, unknown>) => void, string]>([
    ['another licence', (m) => (m['license'] = 'ISC'), 'license is "MIT"'],
    ['side effects', (m) => (m['sideEffects'] = true), 'sideEffects is false'],
    ['no build script', (m) => delete m['scripts'], 'scripts is {"build":"tsc -b"}'],
    [
      'a script that runs when it is installed',
      (m) => (m['scripts'] = { build: 'tsc -b', postinstall: 'x' }),
      'scripts is',
    ],
    ['no promises in the tarball', (m) => (m['files'] = ['dist']), 'files has PROMISES.md'],
    [
      'an export that is not published',
      (m) => (m['exports'] = { '.': './src/index.ts', './a': './src/a.ts' }),
      '"./a"',
    ],
    ['an export of something else', (m) => (m['exports'] = { '.': './lib/index.js' }), 'is one file, ./src/'],
    ['a pin beside the catalog', (m) => (m['dependencies'] = { srvx: '1.0.0' }), 'srvx is catalog:'],
    ['a pin of a package', (m) => (m['dependencies'] = { '@seaworthy/log': '*' }), '@seaworthy/log is workspace:^'],
  ])('refuses %s', (_, change, expected) => {
    expect(changed(change)).toContain(expected)
  })
})

describe('catalog', () => {
  test('reads every line of the catalog and nothing else', () => {
    const text = readFileSync(new URL('../pnpm-workspace.yaml', import.meta.url), 'utf8')
    expect(catalog().get('hono')).toMatch(/^4\.\d+\.\d+$/)
    expect(catalog().get('@opentelemetry/api')).toMatch(/^1\.\d+\.\d+$/)
    expect(catalog().has('arktype')).toBe(false)
    for (const name of catalog().keys()) expect(text).toContain(name)
  })
})
