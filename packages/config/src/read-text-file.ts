import { readFileSync, statSync } from 'node:fs'

/** The most that is read from one file: more is never meant as configuration. */
const maxBytes = 1024 * 1024

/** What came of reading a file: its text, or why there is none. */
export type FileText =
  | { readonly text: string }
  | { readonly text?: undefined; readonly reason: string; readonly missing: boolean }

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a loop of links',
  ENAMETOOLONG: 'has a name that is too long',
}

/** Reads a small file of UTF-8 text, without a byte order mark. Devices, pipes and directories are refused. */
export function readTextFile(path: string): FileText {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return failed('is not a regular file')
    if (stat.size > maxBytes) return failed('is larger than 1 MiB')
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return failed('is not UTF-8 text')
    return { reason: reasons[code] ?? 'cannot be read', missing: code === 'ENOENT' }
  }
}

function failed(reason: string): FileText {
  return { reason, missing: false }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
