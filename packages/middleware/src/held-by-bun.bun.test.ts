import { expect, test } from 'vitest'
import { handler, middleware, type Middleware } from './index.ts'

const settles = (ends: unknown[]): Middleware => middleware({ settled: (_x, { status }) => void ends.push(status) })

test.each<[string, ConstructorParameters<typeof Response>[0]]>([
  ['text', 'hello'],
  ['bytes', new Uint8Array(10)],
  ['a blob', new Blob(['abc'], { type: 'image/png' })],
  ['a form', new FormData()],
  ['nothing', null],
])('%s settles though nobody reads it (middleware/25)', async (_name, body) => {
  const ends: unknown[] = []
  await handler(settles(ends), () => new Response(body))(new Request('http://localhost/'))
  expect(ends).toEqual([200])
})

test('a stream that nobody reads has not ended, whatever its headers look like (middleware/26)', async () => {
  const ends: unknown[] = []
  const headers = { 'x-a': '  Blob (5 bytes)', blob: '(', 'content-type': 'image/png' }
  const streams = handler(settles(ends), () => new Response(new ReadableStream(), { headers }))
  await streams(new Request('http://localhost/'))
  expect(ends).toEqual([])
})
