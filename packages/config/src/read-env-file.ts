import { parseEnv } from 'node:util'
import { readTextFile } from './read-text-file.ts'
import { tidyEnv } from './tidy-env.ts'

/** What came of reading a `.env` file. */
export interface EnvFile {
  readonly values: ReadonlyMap<string, string>
  /** Why it could not be read. */
  readonly reason?: string
  readonly missing: boolean
}

/** The variables of a `.env` file, in the syntax of `util.parseEnv`: a file with a malformed line is not read. */
export function readEnvFile(path: string): EnvFile {
  const file = readTextFile(path)
  if (file.text === undefined) return { values: new Map(), reason: file.reason, missing: file.missing }
  const { text, ...problem } = tidyEnv(file.text.replace(/\r\n?/g, '\n'))
  if (text === undefined) return { values: new Map(), missing: false, ...problem }
  const entries = Object.entries(parseEnv(text))
  return { values: new Map(entries.map(([name, value = '']) => [name, value])), missing: false }
}
