import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from './temporary-directory.fixture.ts'

const index = new URL('index.ts', import.meta.url).href

/** Shows everything that can be shown of a configuration, in a process of its own. */
const program = (call: string) => `
  import { format, inspect } from 'node:util'
  import { z } from '${import.meta.resolve('zod')}'
  import * as v from '${import.meta.resolve('valibot')}'
  import { config, configOrExit, example, explain, group, integer, json, list, oneOf, reload, secret, setting, string, table, url } from '${index}'
  const spec = {
    databaseUrl: secret(url()),
    sessionSecrets: list(secret(string())),
    signing: secret(json(z.object({ pem: z.string() }))),
    mail: group({ password: v.pipe(v.string(), v.email()), user: setting(secret(z.email()), {}) }),
    mounted: secret(string({ minLength: 99 })),
    replicaUrl: url(),
    apiKey: integer(),
    levelToken: oneOf(['first', 'second']),
    dev: secret(string(), { default: 'canary-default' }),
  }
  const ok = {
    databaseUrl: secret(url(), { reloadable: true }),
    keys: list(secret(string())),
    signing: secret(json()),
    password: string(),
    replicaUrl: url(),
    dev: secret(string(), { default: 'canary-default' }),
    sub: group({ token: string({ default: 'canary-default-2' }) }),
  }
  ${call}
`

const wrong = {
  APP_DATABASE_URL: 'canary//user:canary@db',
  APP_SESSION_SECRETS: 'canary,,canary',
  APP_SIGNING: '{"pem":"canary"',
  APP_MAIL_PASSWORD: 'canary',
  APP_MAIL_USER: 'canary',
  APP_MOUNTED_FILE: 'mounted',
  APP_REPLICA_URL: 'http//user:canary@db',
  APP_API_KEY: 'canary',
  APP_LEVEL_TOKEN: 'canary-c',
  APP_LEVLE: 'canary',
}

const right = {
  APP_DATABASE_URL: 'postgres://user:canary@db/app',
  APP_KEYS: 'canary-1,canary-2',
  APP_SIGNING: '{"pem":"canary"}',
  APP_PASSWORD: 'canary',
  APP_REPLICA_URL: 'postgres://user:canary@replica/app',
  APP_PASSWROD: 'canary',
}

const runs: Readonly<Record<string, { env: Record<string, string>; call: string }>> = {
  'the error of config() in every form': {
    env: wrong,
    call: `try { config(spec, { prefix: 'APP_' }) } catch (error) {
      console.log(error); console.error(error); console.log(String(error), error.stack, JSON.stringify(error), inspect(error, { showHidden: true, depth: 9 }))
    }`,
  },
  'an error that nobody catches': { env: wrong, call: `config(spec, { prefix: 'APP_', unknown: 'error' })` },
  'configOrExit()': { env: wrong, call: `configOrExit(spec, { prefix: 'APP_' })` },
  'a configuration, its explanation and its documents': {
    env: right,
    call: `const cfg = config({ ...ok, password: secret(string()), replicaUrl: secret(url()), sub: group({ token: secret(string({ default: 'canary-default-2' })) }) }, { prefix: 'APP_' })
      console.log(cfg); console.error(cfg); console.dir(cfg, { depth: 9, showHidden: true }); console.table(cfg); console.log(JSON.stringify(cfg), format('%s %o %O %j', cfg, cfg, cfg, cfg))
      console.log(explain(cfg), example(ok, { prefix: 'APP_' }), table(ok, { prefix: 'APP_' }))
      console.log(structuredClone({ a: cfg.databaseUrl }))
      console.log(reload(cfg))`,
  },
  'an explanation of plain strings with names or values that look secret': {
    env: right,
    call: `const cfg = config(ok, { prefix: 'APP_' }); console.log(explain(cfg), JSON.stringify(explain(cfg)))`,
  },
  'a reload that fails': {
    env: right,
    call: `const env = { ...process.env }; const cfg = config(ok, { prefix: 'APP_', env })
      env.APP_DATABASE_URL = 'canary'; const { problems } = reload(cfg); console.log(problems, problems.length)
      if (problems.length !== 1) process.exit(9)`,
  },
}

function output(run: { env: Record<string, string>; call: string }): string {
  using directory = temporaryDirectory({ 'program.mjs': program(run.call), mounted: 'canary\n' })
  const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], {
    cwd: directory.path,
    env: { PATH: process.env['PATH'] ?? '', ...run.env },
    encoding: 'utf8',
  })
  return stdout + stderr
}

describe('a canary in every secret', () => {
  test.each(Object.keys(runs))('is not in %s (config/5) (config/34)', (name) => {
    const run = runs[name] ?? { env: {}, call: '' }
    const text = output(run)
    expect(text).toContain('APP_DATABASE_URL')
    expect(text).not.toContain('canary')
  })

  test('the control: what is revealed is seen (config/34)', () => {
    expect(output({ env: right, call: `console.log(config(ok, { prefix: 'APP_' }).databaseUrl.reveal())` })).toContain(
      'canary',
    )
  })
})
