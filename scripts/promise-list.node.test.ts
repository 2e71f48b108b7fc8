import { describe, expect, test } from 'vitest'
import { readPromises } from './promise-list.ts'

const page = `# What it promises

Every promise is a test.

## Lines

1. One line
   that goes on.
2. A second. *Node only: Bun has no such event.*

## More

3. A third.

## Limits

- No colours,
  for a reason.
`

describe('readPromises', () => {
  test('reads numbers, texts over several lines, headings and limits', () => {
    const { promises, limits, problems } = readPromises(page)
    expect(problems).toEqual([])
    expect(promises.map(({ number, text, heading }) => [number, text, heading])).toEqual([
      [1, 'One line that goes on.', 'Lines'],
      [2, 'A second.', 'Lines'],
      [3, 'A third.', 'More'],
    ])
    expect(limits).toEqual(['No colours, for a reason.'])
  })

  test('takes the runtime from the remark', () => {
    const { promises } = readPromises(page.replace('A third.', 'A third. *Bun only: Node lacks it.*'))
    expect(promises.map(({ only }) => only)).toEqual([undefined, 'node', 'bun'])
  })

  test('takes either mark of emphasis, with underscores in the reason', () => {
    const { promises, problems } = readPromises(page.replace('A third.', 'A third. _Bun only: Node has no `A_B_C`._'))
    expect(problems).toEqual([])
    expect(promises.map(({ text, only }) => [text, only])[2]).toEqual(['A third.', 'bun'])
  })

  test.each([
    ['a gap', page.replace('3. A', '4. A'), 'line 13: number 4 should be 3'],
    ['a duplicate', page.replace('3. A', '2. A'), 'line 13: number 2 should be 3'],
    ['a promise without a number', page.replace('3. A', '- A'), 'line 13: a promise has a number'],
    ['a numbered limit', page.replace('- No', '4. No'), 'line 17: a limit is a bullet'],
    ['no limits', page.replace('## Limits', '## Other'), 'there is no `## Limits`'],
    ['a remark of another form', page.replace('*Node only: Bun', '*Only on Node: Bun'), 'line 9: write the remark'],
    ['an empty page', '# Nothing\n\n## Limits\n', 'there is no promise'],
  ])('says what is wrong: %s', (_, text, expected) => {
    expect(readPromises(text).problems.join('\n')).toContain(expected)
  })

  test('refuses a remark without a reason', () => {
    expect(readPromises(page.replace('A third.', 'A third. *node only*')).problems.join('\n')).toContain('line 13')
  })
})
