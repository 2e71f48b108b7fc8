import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { budgetProblems, ownSize } from './own-size.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-size-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('ownSize', () => {
  test('counts code, of every file that is reached, and no comments', () => {
    const noise = Array.from({ length: 2000 }, (_, index) => `export const n${index} = '${Math.sin(index)}'`).join('\n')
    const write = (name: string, code: string): string => {
      writeFileSync(join(folder, name), code)
      return join(folder, name)
    }
    write('large.js', noise)
    const alone = ownSize(write('alone.js', 'export const a = 1\n'))
    expect(ownSize(write('commented.js', `/* ${noise} */\nexport const a = 1\n`))).toBe(alone)
    expect(ownSize(write('reaching.js', "export * from './large.js'\n"))).toBeGreaterThan(10_000)
  })
})

describe('budgetProblems', () => {
  const sizes = new Map([
    ['a', 5000],
    ['b', 9000],
  ])

  test('accepts what is within the budget or its exception', () => {
    const exceptions = { b: { bytes: 9000, decision: '../package.json' } }
    expect(budgetProblems(sizes, { default: 5120, exceptions })).toEqual([])
  })

  test('names what is too large, and exceptions without a decision or an export', () => {
    expect(budgetProblems(sizes, { default: 5120, exceptions: {} })).toHaveLength(1)
    const exceptions = { b: { bytes: 9000, decision: '999-none.md' }, c: { bytes: 1, decision: '../package.json' } }
    expect(budgetProblems(sizes, { default: 5120, exceptions })).toEqual([
      'size-budget.json: there is no decisions/999-none.md',
      'size-budget.json has an exception for c, which is no export',
    ])
  })
})
