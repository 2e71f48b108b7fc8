import type { HtmlPage } from './html.ts'
import { privateHeaders } from './private-headers.ts'

/** Data, for people and programs. */
export function json(data: unknown, status = 200): Response {
  const headers = { ...privateHeaders, 'content-type': 'application/json' }
  return new Response(`${JSON.stringify(data, undefined, 2)}\n`, { status, headers })
}

/** A page. Only its own style and script run: they are named by their digests. */
export function html({ body, policy }: HtmlPage): Response {
  const headers = { ...privateHeaders, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }
  return new Response(body, { headers })
}

/** A file to keep. */
export function download(
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  { name, type }: { readonly name: string; readonly type: string },
): Response {
  const disposition = `attachment; filename="${name}"`
  return new Response(body, {
    headers: { ...privateHeaders, 'content-type': type, 'content-disposition': disposition },
  })
}
