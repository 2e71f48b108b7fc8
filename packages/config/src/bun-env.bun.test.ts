import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

const index = new URL('index.ts', import.meta.url).href

test('what Bun loads from files that are not read here comes after everything else that is set (config/15)', () => {
  using directory = temporaryDirectory({
    'program.mjs': `
      import { config, explain, string } from '${index}'
      const cfg = config({ a: string(), b: string({ default: 'default' }), c: string() }, { mode: 'production' })
      console.log(JSON.stringify([cfg, explain(cfg).map(({ from, source }) => from ?? source)]))`,
    '.env.development': 'A=development\nB=development\nC=development',
    '.env.production': 'A=production',
    c: 'from a file',
  })
  const env = { PATH: process.env['PATH'] ?? '', C_FILE: 'c' }
  const { stdout } = spawnSync(process.execPath, ['program.mjs'], { cwd: directory.path, env, encoding: 'utf8' })
  expect(JSON.parse(stdout)).toEqual([
    { a: 'production', b: 'development', c: 'from a file' },
    ['.env.production', 'environment', 'C_FILE'],
  ])
})
