import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ChildProgram } from '../../../test/support/child-program.ts'

const program = fileURLToPath(new URL('start-guard.test-kit.ts', import.meta.url))

async function reportWith(variables: Readonly<Record<string, string>>): Promise<Record<string, unknown> | undefined> {
  await using child = new ChildProgram(program, { variables })
  expect(await child.exit).toBe(0)
  return child.lines[0]
}

describe('where the native modules cannot be loaded', () => {
  test('whatever needs them fails at the start, and nothing else does (basic-auth/17)', async () => {
    const unavailable = expect.stringMatching(
      /^ERR_BASIC_AUTH_NATIVE: @node-rs\/(argon2|bcrypt) cannot be loaded on \w+-\w+\. /,
    )
    // The loaders of both take their binary from here: there is none.
    expect(await reportWith({ NAPI_RS_NATIVE_LIBRARY_PATH: '/nowhere/at.all' })).toEqual({
      argon2: unavailable,
      bcrypt: unavailable,
      lookup: unavailable,
      onRehash: unavailable,
      hashPassword: unavailable,
      scrypt: 'started',
      verify: 'started',
    })
  })

  test('and where they can, all of it starts (basic-auth/17)', async () => {
    const said = await reportWith({})
    expect(new Set(Object.values(said ?? {}))).toEqual(new Set(['started']))
    expect(Object.keys(said ?? {})).toHaveLength(7)
  })
})
