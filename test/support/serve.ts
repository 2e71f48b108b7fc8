import { createAdaptorServer } from '@hono/node-server'
import type { AddressInfo } from 'node:net'

/** A fetch function as both runtimes' servers call it. */
export type Fetch = (request: Request, env: never) => Response | Promise<Response>

/** A running server on a free loopback port. */
export interface Running extends AsyncDisposable {
  readonly port: number
  readonly url: string
}

interface Bun {
  serve(options: object): { readonly port: number; stop(force: boolean): Promise<void> }
}

/** Serves a fetch function on this runtime's own server: node-server on Node, `Bun.serve` on Bun. */
export async function serve(fetch: Fetch, options: object = {}): Promise<Running> {
  const { Bun }: typeof globalThis & { Bun?: Bun } = globalThis
  return Bun ? serveOnBun(Bun, fetch, options) : serveOnNode(fetch)
}

function serveOnBun(bun: Bun, fetch: Fetch, options: object): Running {
  const server = bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 30, fetch, ...options })
  return {
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

async function serveOnNode(fetch: Fetch): Promise<Running> {
  // node-server passes { incoming, outgoing }, which fetch functions of tests declare as they need them.
  const server = createAdaptorServer({ fetch: fetch as never })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Waits until a condition holds, and fails after a bound. */
export async function eventually(condition: () => boolean, what: string, milliseconds = 5_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Not within ${milliseconds} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
