import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a service that logs people in loads no protection of APIs, no clients and no Redis client (oauth2/99)', async () => {
  const entry = new URL('../login.ts', import.meta.url).href
  const loaded = 'Bun' in globalThis ? 'Object.keys(require.cache)' : 'globalThis.loaded'
  const hook = `import { registerHooks } from 'node:module'
    globalThis.loaded = []
    registerHooks?.({ load(url, context, next) { globalThis.loaded.push(url); return next(url, context) } })`
  const script = `${'Bun' in globalThis ? '' : hook}
    await import(${JSON.stringify(entry)})
    console.log(JSON.stringify(${loaded}))`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const flags = 'Bun' in globalThis ? [] : ['--input-type=module']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '-e', script], { cwd })
  const files: unknown = JSON.parse(stdout)
  expect(files).toContainEqual(expect.stringContaining('/src/login/oidc-login.ts'))
  // How a token is asked for is the same for all.
  const other = /\/src\/(?:resource[/.]|client\.|client\/(?!request-token|issued-token))|ioredis|oidc-provider/
  expect(files).not.toContainEqual(expect.stringMatching(other))
})
