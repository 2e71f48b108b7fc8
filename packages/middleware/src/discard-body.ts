import { isStream } from './watch-body.ts'

/** Lets the source of a streaming body go when nobody will read it: a file, or the connection of a fetched response. */
export function discardBody(response: Response): void {
  if (isStream(response)) response.body?.cancel().catch(() => undefined)
}
