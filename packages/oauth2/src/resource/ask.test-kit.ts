import { handler, stack, type Middleware } from '@seaworthy/middleware'

/** What a guard made of a request. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly challenge: string
  readonly headers: Headers
}

/** What only a good token gets. */
export const prize = 'the protected body'

/** What a request is to be. */
export interface Asked extends RequestInit {
  /** @default 'https://api.test/' */
  readonly url?: string
  /** Sent as `Bearer`. */
  readonly bearer?: string
  /** Sent as `DPoP`, with a proof. */
  readonly dpop?: readonly [token: string, proof: string]
}

/** Asks a guard, mounted alone or after other parts. */
export async function ask(guard: Middleware | readonly Middleware[], asked: Asked = {}): Promise<Answer> {
  const { url = 'https://api.test/', bearer, dpop, ...init } = asked
  const headers = new Headers(init.headers)
  if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`)
  if (dpop) {
    headers.set('authorization', `DPoP ${dpop[0]}`)
    headers.set('dpop', dpop[1])
  }
  const parts = typeof guard === 'function' ? [guard] : guard
  const response = await handler(stack(...parts), () => new Response(prize))(new Request(url, { ...init, headers }))
  return {
    status: response.status,
    body: await response.text(),
    challenge: response.headers.get('www-authenticate') ?? '',
    headers: response.headers,
  }
}
