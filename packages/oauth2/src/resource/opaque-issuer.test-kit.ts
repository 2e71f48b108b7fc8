import type { IntrospectionOptions } from '../resource.ts'

/** An issuer that tells what it is made to tell. */
export interface OpaqueIssuer {
  /** How to introspect there. */
  readonly options: IntrospectionOptions & { readonly issuer: string }
  /** What was asked: the body and the headers. */
  readonly asked: { readonly url: string; readonly body: URLSearchParams; readonly headers: Headers }[]
  /** What it knows of tokens: change it at any time. */
  readonly tokens: Record<string, unknown>
  /** Answers in place of what it knows, when it is there. */
  intercept: ((signal: AbortSignal | undefined) => Response | Promise<Response>) | undefined
}

/** Makes an issuer of opaque tokens. */
export function opaqueIssuer(tokens: Record<string, unknown> = {}): OpaqueIssuer {
  const asked: OpaqueIssuer['asked'] = []
  const issuer: OpaqueIssuer = {
    asked,
    tokens,
    intercept: undefined,
    options: {
      issuer: 'https://id.test',
      endpoint: 'https://id.test/introspect',
      clientId: 'api',
      clientAuth: { method: 'client_secret_basic', secret: 'a secret of the api' },
      async fetch(input, init) {
        const request = new Request(input, init)
        const body = new URLSearchParams(await request.clone().text())
        asked.push({ url: request.url, body, headers: request.headers })
        if (issuer.intercept) return issuer.intercept(init?.signal ?? undefined)
        return Response.json(tokens[body.get('token') ?? ''] ?? { active: false })
      },
    },
  }
  return issuer
}

/** What an issuer tells of a good token. */
export function active(more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { active: true, sub: 'ann', client_id: 'app', aud: 'https://api.test', scope: 'orders:read', ...more }
}
