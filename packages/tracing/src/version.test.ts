import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { tracing } from './index.ts'
import { startSdk } from './start-sdk.test-kit.ts'

test('spans name this package and its version as their scope (tracing/19)', async () => {
  const sdk = startSdk()
  await (await new Hono().use(tracing()).request('/')).arrayBuffer()
  sdk.stop()
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const { name, version } = sdk.only().instrumentationScope
  expect(manifest).toMatchObject({ name, version })
})
