/** A listening server. It is also what a life cycle drains and closes. */
export interface Server extends AsyncDisposable {
  /** Reaches it from the same machine, such as `http://localhost:8080`; `unix:/path` for a socket file. */
  readonly url: string
  /** The port, also where the address said 0; `undefined` for a socket file. */
  readonly port: number | undefined
  /** The same as {@link url}: shown when it is still open at the end of a shutdown. */
  readonly name: string
  /**
   * Tells clients to open their next connection elsewhere, HTTP/2 clients by GOAWAY. Requests under way go on, and new
   * ones are taken.
   */
  drain(): void
  /**
   * Stops listening, ends event streams, closes WebSockets with 1001 and idle connections.
   *
   * @returns When the last connection is gone: requests under way are waited for.
   */
  close(): Promise<void>
  /** Stops listening, and cuts what is left. */
  destroy(): void
}
