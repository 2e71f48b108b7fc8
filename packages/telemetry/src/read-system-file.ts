import { readFileSync } from 'node:fs'

/** The text of a file that the system may or may not have; empty where it cannot be read. */
export function readSystemFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
