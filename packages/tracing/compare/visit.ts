import { connect } from 'node:net'

/** Makes one request to a server, by its URL. */
export type Visit = (url: string) => Promise<void>

/**
 * A request whose client leaves.
 *
 * @param after - What it waits for in the response; without it, until the request has surely arrived.
 */
export function abandon(path: string, after?: string): Visit {
  return async (url) => {
    const { port, hostname } = new URL(url)
    const socket = connect(Number(port), hostname)
    let received = ''
    socket.on('error', () => undefined)
    const ready = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1')
        if (after !== undefined && received.includes(after)) resolve()
      })
      if (after === undefined) setTimeout(resolve, 100)
    })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`)
    await ready
    socket.destroy()
  }
}
