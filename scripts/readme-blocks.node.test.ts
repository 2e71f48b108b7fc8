import { describe, expect, test } from 'vitest'
import { moduleText, tsBlocks } from './readme-blocks.ts'

const page = `# Name

\`\`\`ts
const a = 1
const b: string = a
\`\`\`

\`\`\`sh
npm install
\`\`\`

- in a list

\`\`\`\`md
\`\`\`ts
this is shown, not compiled
\`\`\`
\`\`\`\`

\`\`\`ts
export const c = 3
\`\`\`
`

describe('tsBlocks', () => {
  test('finds the ts blocks and nothing else', () => {
    expect(tsBlocks(page)).toEqual([
      { line: 4, code: 'const a = 1\nconst b: string = a' },
      { line: 21, code: 'export const c = 3' },
    ])
  })

  test.each(['```typescript', '```ts ignore', '```tsx', '```ts,no-run'])(
    'refuses %s, which nobody would compile',
    (fence) => {
      expect(() => tsBlocks(`${fence}\na\n\`\`\`\n`)).toThrow('line 1: write ```ts')
    },
  )

  test('refuses a fence that is never closed', () => {
    expect(() => tsBlocks('text\n```ts\nconst a = 1\n')).toThrow('line 2')
  })
})

describe('moduleText', () => {
  test('keeps the lines of the page', () => {
    const [block] = tsBlocks(page)
    expect(block && moduleText(block).split('\n')[4]).toBe('const b: string = a')
  })
})
