const encoder = new TextEncoder()

/**
 * The text, or as much of its beginning as takes at most `maxBytes` bytes of UTF-8, followed by a marker that tells
 * how much is missing. A character is never split.
 */
export function cutText(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.byteLength(text)
  if (bytes <= maxBytes) return text
  const { read, written } = encoder.encodeInto(text, new Uint8Array(maxBytes))
  return `${text.slice(0, read)}…[${bytes - written} more bytes]`
}
