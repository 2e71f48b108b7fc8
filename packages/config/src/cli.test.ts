import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.fixture.ts'

const bin = fileURLToPath(new URL('bin.ts', import.meta.url))
const index = new URL('index.ts', import.meta.url).href
const module = (fields: string) => `
  import { port, secret, string } from '${index}'
  export const spec = { ${fields} }
  export const prefix = 'APP_'
`
const text = '# Type: port. Default: 80.\n# APP_PORT=80\n\n# Type: text, secret. Required.\nAPP_KEY=\n'

function project(files: Record<string, string> = {}): TemporaryDirectory {
  return temporaryDirectory({ 'config.mjs': module(`port: port({ default: 80 }), key: secret(string())`), ...files })
}

function run(directory: TemporaryDirectory, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: directory.path,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('seaworthy-config', () => {
  test('check is content with a file that is up to date, whatever its line ends (config/40)', () => {
    using directory = project({ '.env.example': text, 'docs/env': text.replaceAll('\n', '\r\n') })
    expect(run(directory, 'check', 'config.mjs')).toEqual({
      status: 0,
      stdout: '.env.example is up to date.\n',
      stderr: '',
    })
    expect(run(directory, 'check', './config.mjs', '--file', 'docs/env').status).toBe(0)
  })

  test('check fails for one that is out of date, with the lines and the cure (config/40)', () => {
    using directory = project({ '.env.example': text.replace('80\n', '81\n').replace('APP_KEY=\n', '') })
    expect(run(directory, 'check', 'config.mjs')).toEqual({
      status: 1,
      stdout: '',
      stderr: `.env.example is out of date:
  - # APP_PORT=81
  + # APP_PORT=80
  + APP_KEY=
Write it anew: seaworthy-config example config.mjs --write
`,
    })
  })

  test('check fails for one that is missing, and for one in another order (config/40)', () => {
    using directory = project({ reversed: text.trim().split('\n\n').toReversed().join('\n\n') + '\n' })
    expect(run(directory, 'check', 'config.mjs')).toMatchObject({
      status: 1,
      stderr: '.env.example does not exist.\nWrite it anew: seaworthy-config example config.mjs --write\n',
    })
    expect(run(directory, 'check', 'config.mjs', '--file', 'reversed')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        '(the same lines in another order)\nWrite it anew: seaworthy-config example config.mjs --write --file reversed',
      ),
    })
  })

  test('example prints the file, or writes what check then accepts (config/40)', () => {
    using directory = project()
    expect(run(directory, 'example', 'config.mjs')).toEqual({ status: 0, stdout: text, stderr: '' })
    expect(run(directory, 'example', 'config.mjs', '--write')).toEqual({
      status: 0,
      stdout: 'Wrote .env.example.\n',
      stderr: '',
    })
    expect(readFileSync(`${directory.path}/.env.example`, 'utf8')).toBe(text)
    expect(run(directory, 'check', 'config.mjs').status).toBe(0)
  })

  test('table prints Markdown (config/40)', () => {
    using directory = project()
    expect(run(directory, 'table', 'config.mjs')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('| `APP_KEY` | text, secret | required |  |\n'),
    })
  })

  test.each([
    ['no command', [], /^Usage:/],
    ['an unknown command', ['chek', 'config.mjs'], /^Usage:/],
    ['no module', ['check'], /^Usage:/],
    ['too much', ['check', 'config.mjs', 'more'], /^Usage:/],
    ['an unknown option', ['check', 'config.mjs', '--fil', 'x'], /^seaworthy-config: .*--fil/],
    ['a module that is not there', ['check', 'nope.mjs'], /^seaworthy-config: .*nope\.mjs/],
    ['a module that throws', ['check', 'throws.mjs'], /^seaworthy-config: thrown on import/],
    ['a module without a spec', ['check', 'empty.mjs'], /^seaworthy-config: empty\.mjs does not export "spec"/],
    ['a spec that is none', ['check', 'wrong.mjs'], /^seaworthy-config: port is not a schema/],
    ['a file that is a directory', ['check', 'config.mjs', '--file', 'folder'], /^seaworthy-config: .*EISDIR/],
  ])('%s is told, with status 2 (config/40)', (_, args, message) => {
    using directory = project({
      'throws.mjs': `throw new Error('thrown on import')`,
      'empty.mjs': 'export const other = 1',
      'wrong.mjs': 'export const spec = { port: 80 }',
      'folder/x': '',
    })
    const { status, stdout, stderr } = run(directory, ...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  test('--help explains (config/40)', () => {
    using directory = project()
    expect(run(directory, '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Usage:\n {2}seaworthy-config check/),
      stderr: '',
    })
  })

  test('ends although the module left something open, and never reads the environment (config/40)', () => {
    using directory = project()
    directory.write('open.mjs', `${module('port: port()')}; setInterval(() => {}, 1000)`)
    expect(run(directory, 'example', 'open.mjs')).toMatchObject({
      status: 0,
      stdout: '# Type: port. Required.\nAPP_PORT=\n',
    })
  })
})
