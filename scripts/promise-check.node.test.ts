import { describe, expect, test } from 'vitest'
import { checkPromises, promisesOf, referenceProblems } from './promise-check.ts'
import { readPromises } from './promise-list.ts'
import type { TestResult } from './test-results.ts'

const lists = new Map([['log', readPromises('1. A.\n2. B. *Node only: Bun cannot.*\n\n## Limits\n')]])

function passed(runtime: TestResult['runtime'], title: string): TestResult {
  return { runtime, title, file: 'packages/log/src/a.test.ts', status: 'passed' }
}

const green = [passed('node', 'a (log/1)'), passed('bun', 'a (log/1)'), passed('node', 'b (log/2)')]

describe('promisesOf', () => {
  test.each([
    ['one', 'drops it (log/12)', ['log/12']],
    ['several', 'drops it (log/12) (rate-limit/3)', ['log/12', 'rate-limit/3']],
    ['none in the middle', '(log/12) is not at the end', []],
    ['none', 'drops it', []],
  ])('reads %s', (_, title, expected) => {
    expect(promisesOf(title)).toEqual(expected)
  })
})

describe('checkPromises', () => {
  test('is content when each promise has a passing test on each runtime that it claims', () => {
    const { promises, problems } = checkPromises(lists, green)
    expect(problems).toEqual([])
    expect(promises.map(({ id, verdicts }) => [id, verdicts.node, verdicts.bun])).toEqual([
      ['log/1', 'kept', 'kept'],
      ['log/2', 'kept', 'not claimed'],
    ])
  })

  test.each<[string, TestResult[], string]>([
    ['no test on a runtime', green.filter(({ runtime }) => runtime === 'node'), 'log/1 on Bun: no test carries'],
    ['only skipped ones', green.map((each) => ({ ...each, status: 'skipped' })), 'log/2 on Node: every test of it is'],
    [
      'a failing one beside a passing one',
      [...green, { ...passed('bun', 'c (log/1)'), status: 'failed' }],
      'log/1 on Bun: a test',
    ],
    [
      'a test that names an unknown promise',
      [...green, passed('node', 'c (log/3)')],
      'names log/3, which nobody promises',
    ],
    [
      'a test that names an unknown package',
      [...green, passed('node', 'c (lag/1)')],
      'names lag/1, which nobody promises',
    ],
    ['a number in the middle of a title', [...green, passed('node', 'c (log/1) and d')], 'at the end of a title'],
  ])('says what is wrong: %s', (_, results, expected) => {
    expect(checkPromises(lists, results).problems.join('\n')).toContain(expected)
  })

  test('leaves out what tests say of packages that were not asked about', () => {
    const results = [...green, passed('node', 'c (lag/1)')]
    expect(checkPromises(lists, results, ['log']).problems).toEqual([])
    expect(checkPromises(lists, results).problems).toHaveLength(1)
  })

  test('names the page in what is wrong with it', () => {
    const gap = new Map([['log', readPromises('1. A.\n3. B.\n\n## Limits\n')]])
    expect(checkPromises(gap, []).problems[0]).toBe('packages/log/PROMISES.md: line 2: number 3 should be 2')
  })
})

describe('referenceProblems', () => {
  test('finds references to promises that nobody makes', () => {
    const text = 'Kept (log/1, log/2) and not (log/3). See text/7, and https://example.com/log/9 and a/log/9.'
    expect(referenceProblems('SECURITY.md', text, lists)).toEqual([
      'SECURITY.md refers to log/3, which nobody promises',
    ])
  })
})
