import { expect, test } from 'vitest'
import { addressKey } from './index.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, 'unknown'],
  ['nonsense', 'unknown'],
])('%s is counted under %s (middleware/43)', (client, counted) => {
  expect(addressKey(client)).toBe(counted)
})
