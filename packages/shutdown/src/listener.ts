/** A server, as a shutdown sees it. */
export interface Listener {
  /** Shown when it is still open at the end, such as `http://localhost:8080`. */
  readonly name: string
  /** Draining has begun: tell clients that can be told without closing, as HTTP/2's GOAWAY does. */
  drain(): void
  /** Stops listening, ends event streams and WebSockets, and closes idle connections until none is left. */
  close(): Promise<unknown>
  /** Cuts the connections that are left. */
  destroy(): void
}
