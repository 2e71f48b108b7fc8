import { middlewareOf, type Middleware } from './middleware.ts'

/**
 * Fuses several middlewares into one layer, in the order given: the same behaviour as mounting each, at a lower cost.
 * Nested stacks are flattened.
 */
export function stack(...parts: readonly Middleware[]): Middleware {
  return middlewareOf(
    parts.flatMap((part) => part.hooks),
    'stack',
  )
}
