interface Bun {
  inspect(value: unknown, options: { readonly depth: number }): string
}

const { Bun: bun }: typeof globalThis & { readonly Bun?: Bun } = globalThis

/** How Bun shows a body that it holds itself; nothing else of a response stands at this depth under such a name. */
const held = /\n {2}(?:Blob|FileRef|S3Ref) \(/

/**
 * Whether Bun holds a response's body as bytes or as a file. Such a body has no content type before it is sent, and
 * reading `.body` would cost it the one that Bun gives it, a file its length and ranges as well. What Bun shows of a
 * response costs 1.5 µs, and changes nothing.
 */
export function isHeldByBun(response: Response): boolean {
  return bun !== undefined && held.test(bun.inspect(response, { depth: 0 }))
}
