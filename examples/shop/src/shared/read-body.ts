import { HTTPException } from 'hono/http-exception'
import type { HonoRequest } from 'hono'
import type { z } from 'zod'

/** What a schema found wrong, one entry for each member. */
export interface InvalidMember {
  readonly member: string
  readonly detail: string
}

export type Body<T> = { readonly value: T } | { readonly invalid: readonly InvalidMember[] }

/**
 * Reads a JSON body.
 *
 * @throws {HTTPException} 400 when it is no JSON, 415 when it does not say that it is.
 */
export async function readBody<T>(request: HonoRequest, schema: z.ZodType<T>): Promise<Body<T>> {
  const type = request.header('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    throw new HTTPException(415, { message: 'Send JSON, with content-type: application/json.' })
  }
  const result = schema.safeParse(parse(await request.text()))
  if (result.success) return { value: result.data }
  return { invalid: result.error.issues.map(({ path, message }) => ({ member: path.join('.'), detail: message })) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HTTPException(400, { message: 'The body is no valid JSON.' })
  }
}
