import { expect, test } from 'vitest'
import { problem } from './index.ts'

test('a problem is application/problem+json with the members of RFC 9457 (middleware/44)', async () => {
  const response = problem({
    status: 422,
    detail: 'Two members are wrong.',
    code: 'invalid',
    errors: ['a', 'b'],
    headers: { 'x-a': '1' },
  })
  expect(response.status).toBe(422)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('x-a')).toBe('1')
  expect(await response.json()).toEqual({
    ...{
      title: 'Unprocessable Content',
      status: 422,
      detail: 'Two members are wrong.',
      code: 'invalid',
      errors: ['a', 'b'],
    },
  })
})

test('type, title and instance are as given; an unknown status has a title by its class (middleware/44)', async () => {
  const given = { status: 403, type: 'https://example.com/p', title: 'No', instance: '/orders/1' } as const
  expect(await problem(given).json()).toEqual(given)
  expect(await problem({ status: 499 }).json()).toEqual({ title: 'Client Error', status: 499 })
  expect(await problem({ status: 599 }).json()).toEqual({ title: 'Server Error', status: 599 })
})
