import { isHeldByBun } from './held-by-bun.ts'

/** Content types of text that is built in memory rather than streamed. */
const inMemory = /^text\/|[/+](?:json|xml)|javascript|urlencoded/

/** Whether a response's body is a stream, as far as its headers tell, and Bun: the body itself is never touched. */
export function isStream(response: Response): boolean {
  const { status, headers } = response
  if (status === 101 || status === 204 || status === 205 || status === 304 || status === 0) return false
  if (headers.get('transfer-encoding') === 'chunked') return true
  if (headers.has('content-length')) return false
  const type = headers.get('content-type')
  if (type !== null && inMemory.test(type)) return type.startsWith('text/event-stream')
  return !isHeldByBun(response)
}

/** The same response, telling when its body has been read, has failed, or was cancelled. */
export function watchBody(response: Response, ended: (aborted: boolean, error?: unknown) => void): Response {
  const { body, status, statusText, headers } = response
  // One that somebody else reads cannot be sent: what the server makes of it is the server's.
  if (!body || body.locked) {
    ended(false)
    return response
  }
  return new Response(watchStream(body, ended), { status, statusText, headers })
}

function watchStream(
  body: ReadableStream<Uint8Array>,
  ended: (aborted: boolean, error?: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          controller.close()
          ended(false)
        } catch (error) {
          controller.error(error)
          ended(false, error)
        }
      },
      async cancel(reason) {
        ended(true)
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
