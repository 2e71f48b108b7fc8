import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isEventStream } from './event-stream.ts'

const connectionSymbol: unique symbol = Symbol('connection')

/** A socket, and the latest response on it. */
interface Connection {
  readonly socket: Socket
  response: ServerResponse | undefined
  /** When the request of that response had its head. */
  since: number
  /** Its time was over at the last look. */
  refused: boolean
}

interface TrackedSocket extends Socket {
  [connectionSymbol]?: Connection
}

const refusal = ((body: string) =>
  [
    'HTTP/1.1 503 Service Unavailable',
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n'))('{"title":"Service Unavailable","status":503}')

/**
 * The HTTP/1.1 connections of a server, and what is under way on each. Noting a request costs two assignments; who
 * took too long is found by looking at all of them from time to time.
 */
export class Http1Connections {
  readonly #open = new Set<Connection>()

  add(socket: TrackedSocket): void {
    const connection: Connection = { socket, response: undefined, since: 0, refused: false }
    socket[connectionSymbol] = connection
    this.#open.add(connection)
    socket.once('close', () => this.#open.delete(connection))
  }

  /** A request has come. */
  began({ [connectionSymbol]: connection }: TrackedSocket, response: ServerResponse, now: number): void {
    if (!connection) return
    connection.response = response
    connection.since = now
  }

  /** Cuts the responses whose request came before `time`, except event streams. */
  expire(time: number): void {
    for (const connection of this.#open) {
      if (connection.since < time && isActive(connection) && !isEventStream(connection.response)) refuse(connection)
    }
  }

  endEventStreams(): void {
    for (const { response } of this.#open) if (isEventStream(response)) response?.end()
  }

  /** Closes the connections on which nothing has been sent, or all those without a complete request. */
  closeUnused(patient: boolean): void {
    for (const connection of this.#open) {
      if (!isActive(connection) && (!patient || connection.socket.bytesRead === 0)) connection.socket.destroy()
    }
  }
}

function isActive({ response }: Connection): boolean {
  return response !== undefined && !response.writableFinished && !response.destroyed
}

/** Answers 503 where no head has been sent. A client that does not even take that is cut at the next look. */
function refuse(connection: Connection): void {
  const { socket, response, refused } = connection
  if (refused || response?.headersSent) return reset(socket)
  connection.refused = true
  socket.write(refusal)
  socket.destroySoon()
}

/** What waits in the kernel's buffers is dropped as well: a client that reads slowly would hold it for long. */
function reset(socket: Socket): void {
  // Only a TCP socket can be reset, one of TLS or of a socket file cannot.
  if (socket.remoteFamily === undefined || 'encrypted' in socket) socket.destroy()
  else socket.resetAndDestroy()
}
