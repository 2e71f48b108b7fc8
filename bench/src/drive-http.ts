import { connect, type Socket } from 'node:net'

/**
 * Measures real requests over loopback: sixteen keep-alive connections, one request in flight on each. The driver runs
 * in the same process, so that its own cost is the same part of every variant.
 */
export async function drive(
  port: number,
  headers: Readonly<Record<string, string>>,
  least: (run: (count: number) => Promise<void>) => Promise<number>,
): Promise<number> {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const request = Buffer.from(`GET /orders/42 HTTP/1.1\r\n${fields.join('')}\r\n`)
  const sockets = await Promise.all(Array.from({ length: 16 }, () => open(port)))
  return least(async (count) => {
    await Promise.all(sockets.map((socket) => send(socket, request, Math.ceil(count / sockets.length))))
  })
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  return socket
}

/** Sends one request after the other; an answer has a body of one short chunk, which arrives whole. */
function send(socket: Socket, request: Buffer, count: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let left = count
  let head = ''
  const next = (chunk: Buffer): void => {
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    const length = /content-length: (\d+)/i.exec(head)?.[1]
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
      reject(new Error(`not a measured answer: ${head.slice(0, 200)}`))
      return
    }
    if (head.length < end + 4 + Number(length)) return
    head = ''
    if (--left === 0) {
      socket.off('data', next)
      resolve()
    } else socket.write(request)
  }
  socket.on('data', next)
  socket.write(request)
  return promise
}
