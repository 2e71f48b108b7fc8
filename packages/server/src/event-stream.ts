/** The parts of Node's two response classes that tell what has been sent. */
interface SentHead {
  readonly headersSent: boolean
  /** The head of an HTTP/1.1 response. Headers given to `writeHead` are kept nowhere else. */
  readonly _header?: unknown
  /** That of an HTTP/2 response. */
  readonly stream?: { readonly sentHeaders?: Readonly<Record<string, unknown>> | undefined } | undefined
}

const contentType = /^content-type:[\t ]*text\/event-stream/im

/** Whether a response of Node that has sent its head is `text/event-stream`. */
export function isEventStream(response: SentHead | undefined): boolean {
  if (!response?.headersSent) return false
  if (typeof response._header === 'string') return contentType.test(response._header)
  return String(response.stream?.sentHeaders?.['content-type']).startsWith('text/event-stream')
}
