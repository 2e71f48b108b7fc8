import type { HonoContext } from '@seaworthy/middleware'
import type { Policy, RoutePolicy } from '@seaworthy/security'
import type { Hono } from 'hono'

const answers = { default: { description: 'The answer, or a problem (RFC 9457).' } }

/** Answers with the OpenAPI document of an application: its routes, and who may call them. */
export function openApi(
  app: Hono,
  policy: Policy<unknown>,
  service: { readonly name: string; readonly version: string },
): (c: HonoContext) => Response {
  let document: object | undefined
  return () => {
    // Made at the first request, when all routes are there.
    document ??= policy.openapi(bare(service, policy.routes(app)), app)
    return Response.json(document)
  }
}

function bare({ name, version }: { readonly name: string; readonly version: string }, routes: readonly RoutePolicy[]) {
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path, documented } of routes) {
    if (!documented) continue
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
    const operations = (paths[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    operations[method.toLowerCase()] = {
      operationId: `${method.toLowerCase()}${path.replaceAll(/[^a-z]+(\w|$)/gi, (_, letter: string) => letter.toUpperCase())}`,
      ...(names.length > 0 && {
        parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      }),
      responses: answers,
    }
  }
  return { openapi: '3.1.0', info: { title: name, version }, servers: [{ url: '/' }], paths }
}
