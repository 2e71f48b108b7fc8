import { redacted } from './secret.ts'
import type { Variable } from './variables.ts'

/** What the documents say about a variable. Nothing in it is a secret. */
export interface VariableFacts {
  /** The type in words: `URL, secret`. */
  readonly type: string
  readonly required: boolean
  /** The default as text, `[redacted]` when it is not to be shown; `undefined` when there is none. */
  readonly fallback: string | undefined
  /** The text to show as the value: the default, or the author's example. */
  readonly sample: string
  readonly reloadable: boolean
}

/** What the documents say about a variable. */
export function variableFacts({ info, hidden }: Variable): VariableFacts {
  const text = info.default === undefined ? info.ownDefault : info.write(info.default)
  return {
    type: info.secret ? `${info.type}, secret` : info.type,
    required: text === undefined && !info.optional,
    fallback: text !== undefined && hidden ? redacted : text,
    sample: info.example ?? (hidden ? '' : (text ?? '')),
    reloadable: info.reloadable === true,
  }
}
