import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type OwnServer, skipWithout, untilListening } from './own-server.ts'

/** Whether the tests that need Redis are skipped on this machine. */
export function skipRedis(): boolean {
  return skipWithout('redis-server', isInstalled())
}

/** Starts a Redis of the test's own, in memory, on a free loopback port. */
export async function startRedis(): Promise<OwnServer> {
  if (!isInstalled()) throw new Error('Redis is required: install redis-server')
  const directory = mkdtempSync(join(tmpdir(), 'redis-'))
  const port = await freePort()
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', directory]
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    server = spawn('redis-server', options, { stdio: 'ignore' })
    await untilListening(port)
  }

  async function stop(): Promise<void> {
    const stopped = server
    server = undefined
    if (stopped === undefined || stopped.exitCode !== null) return
    const exited = new Promise((resolve) => stopped.once('exit', resolve))
    stopped.kill('SIGKILL')
    await exited
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function isInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
