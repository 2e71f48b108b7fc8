import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { serve, type Server } from '@seaworthy/server'
import { describe, expect, test } from 'vitest'
import { skipWithout } from '../support/own-server.ts'

const onBun = 'Bun' in globalThis
const there = spawnSync('slowhttptest', ['-h']).error === undefined
const clients = 50
/** So many at a time are an attack: the first may be closed before the last has come. */
const underAttack = 40
/** TCP_LISTEN, as /proc/net/tcp writes it. */
const listening = '0A'

const app = new Hono()
  .get('/', (c) => c.text('ok'))
  .post('/', async (c) => c.text(String((await c.req.text()).length)))
  .get('/big', (c) => c.body(new Uint8Array(10_000_000)))
  .onError((error, c) => c.text(error.message, 500))

function start(): Promise<Server> {
  const timeouts = { read: '1s', write: '2s', idle: '4s' } as const
  return serve(app, { addr: '127.0.0.1:0', timeouts: onBun ? timeouts : { ...timeouts, readHeader: '1s' } })
}

/** How many connections to a port the server still holds: a closed one that its peer has not left yet has no inode. */
function connections(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return rows.filter((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/)
    return local?.endsWith(suffix) && state !== listening && inode !== '0'
  }).length
}

interface Attack {
  /** The most connections that the server held at a time. */
  readonly most: number
  /** Seconds until the server had none of them left. */
  readonly gone: number
  /** How many other requests were answered meanwhile, and how many were not. */
  readonly served: number
  readonly refused: number
}

/** Lets slowhttptest attack for longer than the server should bear it. */
async function attack(server: Server, path: string, ...mode: readonly string[]): Promise<Attack> {
  const port = Number(new URL(server.url).port)
  const args = [...mode, '-c', clients, '-r', 10 * clients, '-l', 25, '-u', `${server.url}${path}`].map(String)
  const tool = spawn('slowhttptest', args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => tool.once('close', resolve))
  const begin = performance.now()
  let [most, gone, served, refused] = [0, Infinity, 0, 0]
  while (performance.now() - begin < 24_000 && gone === Infinity) {
    const open = connections(port)
    most = Math.max(most, open)
    if (most >= underAttack && open === 0) gone = (performance.now() - begin) / 1000
    if (await isServed(server)) served++
    else refused++
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  tool.kill('SIGINT')
  await ended
  return { most, gone, served, refused }
}

async function isServed(server: Server): Promise<boolean> {
  try {
    const response = await fetch(server.url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(2_000) })
    return (await response.text()) === 'ok'
  } catch {
    return false
  }
}

describe.skipIf(skipWithout('slowhttptest', there))('slowhttptest', () => {
  test.each([
    ['slow headers', '/', ['-H', '-i', '1'], onBun ? 20 : 5],
    ['slow bodies', '/', ['-B', '-i', '1'], 5],
    ['slow readers', '/big', ['-X', '-n', '1', '-z', '5'], onBun ? 12 : 8],
  ] as const)(
    '%s: every connection is closed, and others are served (server/4) (server/5) (server/9) (server/24)',
    async (_what, path, mode, seconds) => {
      await using server = await start()
      const { most, gone, served, refused } = await attack(server, path, ...mode)
      expect(most).toBeGreaterThanOrEqual(underAttack)
      expect(gone).toBeLessThan(seconds)
      expect(served).toBeGreaterThan(10)
      expect(refused).toBe(0)
      server.destroy()
    },
    40_000,
  )
})
