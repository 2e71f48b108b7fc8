import { expect, test } from 'vitest'
import { keyRing } from './key-ring.ts'

const [old, fresh] = ['an old secret of more than 32 bytes in all', 'a new secret of more than 32 bytes in all']
const value = { a: 'ü' }

test('what is sealed opens for the same purpose and context alone, by any key of the ring (oauth2/77)', async () => {
  const sealed = await keyRing(old, ['issuer', 'client'])('session').seal(value)
  const open = (keys: string | readonly string[], context: readonly string[], purpose: string): Promise<unknown> =>
    keyRing(keys, context)(purpose).open(sealed)
  expect(await open(old, ['issuer', 'client'], 'session')).toEqual(value)
  expect(await open([fresh, old], ['issuer', 'client'], 'session')).toEqual(value)
  expect(await open(fresh, ['issuer', 'client'], 'session')).toBeUndefined()
  expect(await open(old, ['issuer', 'client'], 'attempt')).toBeUndefined()
  expect(await open(old, ['issuer', 'other'], 'session')).toBeUndefined()
  // Parts are not run together.
  expect(await open(old, ['issuer","client'], 'session')).toBeUndefined()
})

test('the first key seals, and no two seals are alike (oauth2/77)', async () => {
  const both = keyRing([fresh, old], [])('session')
  const [one, two] = [await both.seal(value), await both.seal(value)]
  expect(one).not.toBe(two)
  expect(await keyRing(fresh, [])('session').open(one)).toEqual(value)
  expect(await keyRing(old, [])('session').open(one)).toBeUndefined()
})
