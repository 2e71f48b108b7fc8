import { useEffect, useState } from 'preact/hooks'
import { ask, AskError } from '../state/ask.ts'
import { connections } from '../state/live.ts'

/** What the console answered last, or why it did not. */
export interface Answer<Value> {
  readonly value: Value | undefined
  readonly problem: string | undefined
}

/**
 * Asks the console, and again with each connection and each change of `version`. The last answer stays until the next.
 *
 * @param parameters Of the request; another path or other parameters ask anew.
 */
export function useAnswer<Value>(
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
  version: unknown = 0,
): Answer<Value> {
  const [answer, setAnswer] = useState<Answer<Value>>({ value: undefined, problem: undefined })
  const connected = connections.value

  useEffect(() => {
    let gone = false
    ask<Value>(path, parameters).then(
      (value) => void (gone || setAnswer({ value, problem: undefined })),
      (error: unknown) => void (gone || setAnswer((last) => ({ ...last, problem: wordsOf(error) }))),
    )
    return () => void (gone = true)
  }, [path, JSON.stringify(parameters), version, connected])

  return answer
}

function wordsOf(error: unknown): string {
  return error instanceof AskError ? error.message : String(error)
}
