import { expect, test } from 'vitest'
import { middleware } from './index.ts'
import { createTestClock, createTestExchange } from './testing.ts'

test('an exchange for tests has what it was given, and collects headers (middleware/48)', () => {
  const x = createTestExchange({
    url: 'https://a.test/b?c',
    method: 'PUT',
    headers: { 'x-a': '1' },
    peer: '::ffff:10.0.0.1',
    route: '/:b',
  })
  expect([x.method, x.path, x.scheme, x.host, x.header('x-a'), x.peer, x.route]).toEqual([
    ...['PUT', '/b', 'https', 'a.test', '1', '10.0.0.1', '/:b'],
  ])
  const [part] = middleware({ before: (y) => y.setHeader('x-b', '2') }).hooks
  part?.before?.(x)
  expect(x.respond().headers.get('x-b')).toBe('2')
})

test('a clock for tests moves only when told (middleware/48)', () => {
  const clock = createTestClock(1_000)
  expect(clock.now()).toBe(1_000)
  clock.advance('1.5s')
  clock.advance(5)
  expect(clock.now()).toBe(2_505)
})
