/** Lets the source of a body go when nobody will read it: a file, or the connection of a fetched response. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => undefined)
}
