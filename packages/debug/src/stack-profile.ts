/** A place in the code. */
export interface Frame {
  readonly name: string
  /** A path, or a URL that is none of a file. */
  readonly file: string
  /** From 1 on; 0 when it is not known. */
  readonly line: number
}

/** What the samples of one stack come to. */
export interface StackSample {
  /** The innermost first. */
  readonly frames: readonly Frame[]
  /** One for each of the profile's types. */
  readonly values: readonly number[]
}

/** What a value counts. */
export interface ValueKind {
  readonly type: string
  readonly unit: string
}

/** Samples by their stacks, whatever they count. */
export interface StackProfile {
  readonly kinds: readonly ValueKind[]
  readonly samples: readonly StackSample[]
  /** What is between two samples. */
  readonly period: ValueKind & { readonly value: number }
  readonly comment?: string
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** A frame of the inspector protocol, whose lines begin at 0. */
export function frameOf({ functionName, url, lineNumber }: CallFrame): Frame {
  return { name: functionName || '(anonymous)', file: url.replace(/^file:\/\//, ''), line: Math.max(0, lineNumber + 1) }
}
