import fc from 'fast-check'
import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const origin = 'https://app.test'
const pieces = [
  '/',
  '\\',
  '//',
  ':',
  'https:',
  'evil.test',
  '.',
  '..',
  '%2f',
  '%5c',
  '@',
  '?',
  '#',
  '\t',
  '\n',
  ' ',
  'a',
]

test('whatever is asked for, the way back is within the origin (oauth2/68)', () => {
  let kept = 0
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((each) => each.join('')),
        fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((each) => `/a${each.join('')}`),
        fc.string(),
      ),
      fc.constantFrom('', '/orders'),
      (asked, base) => {
        const path = base + returnPath(asked)
        expect(new URL(path, origin).origin).toBe(origin)
        expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
        if (path !== `${base}/`) kept++
      },
    ),
    { numRuns },
  )
  // The control: most of what is a path stays one.
  expect(kept).toBeGreaterThan(numRuns / 100)
  expect(returnPath('/orders/1?tab=2#notes')).toBe('/orders/1?tab=2#notes')
  expect(returnPath(`/${'a'.repeat(512)}`)).toBe('/')
})
