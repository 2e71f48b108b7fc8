import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a service that protects an API loads neither logins nor clients, nor a Redis client (oauth2/59)', async () => {
  const entry = new URL('../resource.ts', import.meta.url).href
  const loaded = 'Bun' in globalThis ? 'Object.keys(require.cache)' : 'globalThis.loaded'
  const hook = `import { registerHooks } from 'node:module'
    globalThis.loaded = []
    registerHooks?.({ load(url, context, next) { globalThis.loaded.push(url); return next(url, context) } })`
  const script = `${'Bun' in globalThis ? '' : hook}
    await import(${JSON.stringify(entry)})
    console.log(JSON.stringify(${loaded}))`
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const run = promisify(execFile)
  const flags = 'Bun' in globalThis ? [] : ['--input-type=module']
  const { stdout } = await run(process.execPath, [...flags, '-e', script], { cwd })
  const files: unknown = JSON.parse(stdout)
  expect(files).toContainEqual(expect.stringContaining('/src/resource/dpop.ts'))
  expect(files).not.toContainEqual(expect.stringMatching(/\/src\/(?:login|client)[/.]|ioredis|oidc-provider/))
})
