import { parseEnv } from 'node:util'
import { readTextFile } from './read-text-file.ts'

/** What came of reading a `.env` file. */
export interface EnvFile {
  readonly values: ReadonlyMap<string, string>
  /** Why it could not be read. */
  readonly reason?: string
  readonly missing: boolean
}

/** The variables of a `.env` file, in the syntax of `util.parseEnv`. */
export function readEnvFile(path: string): EnvFile {
  const file = readTextFile(path)
  if (file.text === undefined) return { values: new Map(), reason: file.reason, missing: file.missing }
  // Node's parser joins two lines that only a carriage return parts.
  const entries = Object.entries(parseEnv(file.text.replace(/\r\n?/g, '\n')))
  return { values: new Map(entries.map(([name, text = '']) => [name, text])), missing: false }
}
