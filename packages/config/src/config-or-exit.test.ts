import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { configOrExit, string } from './index.ts'
import { errorOf } from './read-one.fixture.ts'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

function run(env: Record<string, string>) {
  using directory = temporaryDirectory({
    'program.mjs': `import { configOrExit, integer, string } from '${new URL('index.ts', import.meta.url).href}'
      const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => ['count' + index, integer({ default: 1 })]))
      const cfg = configOrExit({ name: string(), ...many })
      console.log('started ' + cfg.name)`,
  })
  return spawnSync(process.execPath, ['program.mjs'], {
    cwd: directory.path,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  })
}

describe('configOrExit', () => {
  test('prints every problem to stderr, without a stack, and exits with 1 (config/43)', () => {
    const wrong = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`COUNT${index}`, 'x']))
    const { status, stdout, stderr } = run(wrong)
    const lines = stderr.split('\n')
    expect([status, stdout, lines.length]).toEqual([1, '', 2_003])
    expect(lines[0]).toBe('The configuration has 2001 problems:')
    expect(lines.at(-2)).toBe('  COUNT1999: expected an integer; found "x" in the environment')
    expect(stderr).not.toMatch(/ at .*\.ts/)
  })

  test('is config() when all is well (config/43)', () => {
    expect(run({ NAME: 'app' })).toMatchObject({ status: 0, stdout: 'started app\n', stderr: '' })
    expect(configOrExit({ name: string() }, { env: { NAME: 'x' }, files: [] })).toEqual({ name: 'x' })
  })

  test('a mistake in the program is thrown (config/43)', () => {
    expect(errorOf(() => configOrExit({ name: string() }, { env: {}, files: [], prefix: '-' })).code).toBe(
      'ERR_CONFIG_OPTION',
    )
  })
})
