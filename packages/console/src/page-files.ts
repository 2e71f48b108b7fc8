import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Exchange } from '@seaworthy/middleware'
import { failure, headers, notAllowed } from './respond.ts'

/** Where the page lies, as Vite built it: beside the folder of this file, in the package and in the repository. */
const folder = new URL('../assets/', import.meta.url)

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
}

/** Nothing comes from elsewhere, nothing goes elsewhere, and no text becomes a script. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly etag: string
}

/** The files of the page, read when somebody asks for the first time. */
export class PageFiles {
  #files: ReadonlyMap<string, PageFile> | undefined

  /** Answers one file; `index.html` for no name. `undefined` when there is no such file. */
  answer(x: Exchange, name: string): Response | undefined {
    this.#files ??= readFiles()
    if (this.#files.size === 0) return failure({ status: 503, detail: 'The page is not built.' })
    const file = this.#files.get(name === '' ? 'index.html' : name)
    if (file === undefined) return undefined
    if (x.method !== 'GET' && x.method !== 'HEAD') return notAllowed('GET, HEAD')
    const own = headers({
      etag: file.etag,
      // The files keep their names when the package is updated: ask each time, and read only what changed.
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
    })
    if (isKnown(x.header('if-none-match'), file.etag)) return new Response(null, { status: 304, headers: own })
    const length = String(file.content.length)
    const body = x.method === 'HEAD' ? null : file.content
    return new Response(body, { headers: { ...own, 'content-type': file.type, 'content-length': length } })
  }
}

function readFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const name of namesOf()) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const content = Uint8Array.from(readFileSync(new URL(name, folder)))
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
    files.set(name, { content, type, etag })
  }
  return files
}

function namesOf(): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** `If-None-Match` is a list, compared weakly (RFC 9110 §13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag)
}
