import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test.each([
  ['DATABASE_URL', ['DATABSE_URL'], 'DATABSE_URL'],
  ['DATABASE_URL', ['DATABASE_ULR'], 'DATABASE_ULR'],
  ['DATABASE_URL', ['DATABASEURL'], 'DATABASEURL'],
  ['DATABASE_URL', ['database-url'], 'database-url'],
  ['DATABASE_URL', ['DATABASE_URLS', 'DATABASE_URL_'], 'DATABASE_URL_'],
  ['DATABASE_URL', ['DTABSE_URL', 'DATABASE_UL'], 'DATABASE_UL'],
  ['DATABASE_URL', ['DATABASE_HOST'], undefined],
  ['PORT', ['PART'], 'PART'],
  ['PORT', ['PATH', 'HOME', 'PWD', 'OR'], undefined],
  ['debug', ['degub'], 'degub'],
  ['debug', ['info'], undefined],
  ['A', ['B'], 'B'],
  ['A', [], undefined],
  ['', ['AB'], undefined],
])('near %s among %j is %s (config/4)', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected)
})

test('long names cost little when none is near (config/45)', () => {
  const candidates = Array.from({ length: 2_000 }, (_, index) => `${'X'.repeat(200)}${index}`)
  expect(nearest('Y'.repeat(203), candidates)).toBe(undefined)
})
