import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('./no-inspector.fixture.ts', import.meta.url))

test('without an inspector the answer is 501, and nothing else is lost (debug/26)', async () => {
  const run = promisify(execFile)
  const withIt = await run(process.execPath, ['--no-warnings', program])
  expect(JSON.parse(withIt.stdout)).toEqual({ profile: 200, flame: 200, heap: 200, again: 200, inflight: 200 })
  const { stdout } = await run(process.execPath, ['--no-warnings', '--permission', '--allow-fs-read=*', program])
  expect(JSON.parse(stdout)).toEqual({ profile: 501, flame: 501, heap: 501, again: 501, inflight: 200 })
})
