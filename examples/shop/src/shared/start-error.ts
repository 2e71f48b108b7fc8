/** A service cannot start, and a person can mend it: the message says how. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
}
