const brand = Symbol.for('seaworthy.error')

/** The base of every error that Seaworthy's packages throw on purpose. */
export class SeaworthyError<Code extends string = string> extends Error {
  /** Stable across versions: branch on it, not on the message. */
  readonly code: Code

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Whether a thrown value is a {@link SeaworthyError}, also one of another installed copy of this package. */
export function isSeaworthyError(error: unknown): error is SeaworthyError {
  return error instanceof Error && brand in error
}
