import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type Fetch } from '../../../test/support/serve.ts'
import { handler, middleware } from './index.ts'

interface Bun {
  file(path: string): Blob
}

const { Bun: bun }: typeof globalThis & { Bun?: Bun } = globalThis
let folder = ''
const file = (): string => join(folder, 'pixels.png')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sent-bodies-'))
  await writeFile(file(), new Uint8Array(1_000))
})
afterAll(() => rm(folder, { recursive: true }))

const bodies: Record<string, () => Response> = {
  text: () => new Response('hello'),
  bytes: () => new Response(new Uint8Array(10)),
  'a blob': () => new Response(new Blob(['abc'])),
  'a blob with a type': () => new Response(new Blob(['abc'], { type: 'image/png' })),
  'a form': () => new Response(new URLSearchParams({ a: 'b' })),
  'a stream': () => new Response(ReadableStream.from([new Uint8Array(10)])),
  'a file, which Bun alone can send': () => new Response(bun?.file(file())),
  nothing: () => new Response(),
}

async function sent(answer: Fetch, headers: Record<string, string>): Promise<unknown> {
  await using server = await serve(answer)
  const response = await fetch(server.url, { headers })
  const shown = ['content-type', 'content-length', 'content-range'].map((name) => response.headers.get(name))
  return [response.status, shown, await response.text()]
}

test.each(Object.entries(bodies))('%s is sent as without a part that settles (middleware/50)', async (_name, body) => {
  for (const headers of [{}, { range: 'bytes=0-9' }]) {
    const ends: unknown[] = []
    const settles = middleware({ settled: (_x, { status }) => void ends.push(status) })
    expect(await sent(handler(settles, body), headers)).toEqual(await sent(body, headers))
    expect(ends).toEqual([200])
  }
})
