import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

const index = new URL('index.ts', import.meta.url).href

/** Reads, changes its .env file, and reads again. */
const program = `
  import { writeFileSync } from 'node:fs'
  import { config, explain, optional, reload, string } from '${index}'
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const spec = Object.fromEntries(names.map((name) => [name, optional(string(), { reloadable: true })]))
  const before = JSON.stringify(process.env)
  const cfg = config(spec, { prefix: 'APP_' })
  const origin = explain(cfg).map(({ value, source, from }) => [value, from ?? source].join(' < '))
  writeFileSync('.env', 'APP_A=a2\\nAPP_F=f2\\nAPP_H=h2\\n')
  const { config: next, changed, problems } = reload(cfg)
  console.log(JSON.stringify({ origin, next, changed, problems, untouched: before === JSON.stringify(process.env) }))
`

const files = {
  'program.mjs': program,
  '.env': 'APP_A=a1\nAPP_B=.env\nAPP_C=.env\nAPP_D=.env\nAPP_E=.env\nAPP_F=f1\nAPP_G=g1\n',
  '.env.local': 'APP_B=.env.local\nAPP_C=.env.local\n',
  '.env.production.local': 'APP_C=.env.production.local\n',
  secret: 'from a file\n',
}

/** What the program says on this runtime with the given options of it. */
function run(options: readonly string[], env: Readonly<Record<string, string>>): unknown {
  using directory = temporaryDirectory(files)
  const { stdout, stderr } = spawnSync(process.execPath, [...options, 'program.mjs'], {
    cwd: directory.path,
    env: { PATH: process.env['PATH'] ?? '', APP_D: 'the environment', APP_E_FILE: 'secret', ...env },
    encoding: 'utf8',
  })
  return stderr === '' ? JSON.parse(stdout) : stderr
}

const expected = {
  origin: [
    'a1 < .env',
    '.env.local < .env.local',
    '.env.production.local < .env.production.local',
    'the environment < environment',
    'from a file < APP_E_FILE',
    'f1 < .env',
    'g1 < .env',
    ' < unset',
  ],
  next: {
    a: 'a2',
    b: '.env.local',
    c: '.env.production.local',
    d: 'the environment',
    e: 'from a file',
    f: 'f2',
    h: 'h2',
  },
  changed: ['a', 'f', 'g', 'h'],
  problems: [],
  untouched: true,
}

const runtimes =
  'Bun' in globalThis ? { 'Bun with its own loading': [], 'Bun without': ['--no-env-file'] } : { Node: [] }

describe('the same .env files', () => {
  for (const [name, options] of Object.entries(runtimes)) {
    test.each([
      ['in production', { NODE_ENV: 'production' }],
      ['without a mode', {}],
    ])(`give the same configuration, explanation and reload %s on ${name} (config/15)`, (_, env) => {
      expect(run(options, env)).toEqual(expected)
    })
  }
})
