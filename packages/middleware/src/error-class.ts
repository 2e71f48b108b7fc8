/** The name of a thrown value's class, or `undefined` when it is no Error. */
export function errorClass(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { name } = error.constructor
  // All DOMExceptions are of one class: `AbortError` and `TimeoutError` are their names.
  return (name === 'DOMException' || name === '' ? error.name : name) || undefined
}

/** `error.type` of a thrown value: the name of its class, or `_OTHER`. */
export function thrownErrorType(error: unknown): string {
  return errorClass(error) ?? '_OTHER'
}
