import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ChildProgram } from '../../../test/support/child-program.ts'

const script = join(import.meta.dirname, 'loading.fixture.ts')

async function loadedBy(NODE_ENV: string, options: object = {}): Promise<Record<string, unknown> | undefined> {
  await using program = new ChildProgram(script, { args: [JSON.stringify(options)], variables: { NODE_ENV } })
  expect([await program.exit, program.output]).toEqual([0, expect.any(String)])
  return program.lines.find(({ msg }) => msg === 'loaded')
}

test('debug and console are loaded where they are mounted, and only there (service/36)', async () => {
  const [production, development, half] = await Promise.all([
    loadedBy('production'),
    loadedBy('development'),
    loadedBy('development', { console: false }),
  ])
  expect(production).toMatchObject({ service: true, debug: false, console: false, inspector: false })
  expect(development).toMatchObject({ service: true, debug: true, console: true, inspector: false })
  expect(half).toMatchObject({ service: true, debug: true, console: false, inspector: false })
  // Bun does not tell which of its own modules are loaded; on Node the preflight's shows that they would be seen.
  if (!('Bun' in globalThis)) expect(production).toMatchObject({ v8: true })
})
