import { describe, expect, test } from 'vitest'
import { RawSocket } from '../../../test/support/raw-socket.ts'
import { readOptions } from './serve-options.ts'
import { serve } from './index.ts'

describe('defaults', () => {
  test('are 10, 30, 60 and 120 s, 16 KiB of head, 1 MiB of body, port 8080 (server/4) (server/13) (server/14)', () => {
    expect(readOptions({})).toMatchObject({
      address: { host: undefined, port: 8080 },
      timeouts: { readHeader: 10_000, read: 30_000, write: 60_000, idle: 120_000 },
      maxHeaderBytes: 16 * 1024,
      maxBodyBytes: 1024 * 1024,
      http2: false,
    })
  })

  test('readHeader shrinks with read (server/4)', () => {
    expect(readOptions({ timeouts: { read: '5s' } }).timeouts.readHeader).toBe(5_000)
  })

  test('what is slow is looked for at least once a second, and more often for short times (server/4)', () => {
    expect(readOptions({}).interval).toBe(1_000)
    expect(readOptions({ timeouts: { write: '500ms' } }).interval).toBe(100)
    expect(readOptions({ timeouts: { write: 1 } }).interval).toBe(20)
  })

  test('reach the client: Node tells it how long it may be idle (server/8)', async () => {
    await using server = await serve({ fetch: () => new Response('ok') }, { addr: '127.0.0.1:0' })
    using client = RawSocket.connect(server.port ?? 0).write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
    const text = await client.untilText('ok')
    if (!('Bun' in globalThis)) expect(text).toContain('Keep-Alive: timeout=120')
  })
})
