import { connect, createServer } from 'node:net'

/** A server process of a test's own, which it may stop and freeze. */
export interface OwnServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Starts it again where it was stopped, on the same port. */
  start(): Promise<void>
  /** Ends the process at once, and with it every connection. */
  stop(): Promise<void>
  /** Stops all its processes (SIGSTOP): it still accepts connections, and never answers. */
  freeze(): void
  /** Lets it go on. */
  thaw(): void
}

/** Whether tests that need a program are skipped, which `REQUIRE_SERVICES=1` forbids. Says so in one line. */
export function skipWithout(program: string, isThere: boolean): boolean {
  if (isThere || process.env['REQUIRE_SERVICES'] === '1') return false
  console.log(`no ${program}: its tests are skipped`)
  return true
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}

/** Waits until something accepts connections, and fails after 15 s. */
export async function untilListening(port: number): Promise<void> {
  const end = performance.now() + 15_000
  while (!(await accepts(port))) {
    if (performance.now() > end) throw new Error(`Nothing listens on port ${port} after 15 s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
