import { handler, type Middleware } from '@seaworthy/middleware'
import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import {
  apiKey,
  createApiKeys,
  memoryStore,
  type ApiKeyAuthenticator,
  type ApiKeyOptions,
  type ApiKeys,
  type ApiKeysOptions,
  type ApiKeyStore,
} from './index.ts'

/** What only a good key gets. */
export const prize = 'the protected body'

/** When the clocks of the tests begin. */
export const start = '2026-01-01T00:00:00.000Z'

/** The scopes that the guards of the tests declare. */
export const scopes = { 'orders:read': 'Reads orders', 'orders:write': 'Changes orders' } as const

/** A store, who manages it, and a guard of it. */
export interface Service {
  readonly store: ApiKeyStore & { readonly calls: string[] }
  readonly clock: TestClock
  readonly keys: ApiKeys
  readonly guard: ApiKeyAuthenticator<'apiKey', keyof typeof scopes>
  readonly common: Pick<ApiKeyOptions, 'store' | 'prefix' | 'clock'>
}

/** Settings of {@link service}. */
export interface ServiceOptions extends Partial<Omit<ApiKeyOptions<'apiKey', keyof typeof scopes>, 'name' | 'scopes'>> {
  readonly random?: NonNullable<ApiKeysOptions['random']>
}

/** A service with keys, whose clock stands still until it is told. */
export function service({ store: inner = memoryStore(), random, ...options }: ServiceOptions = {}): Service {
  const clock = createTestClock(Date.parse(start))
  const store = recorded(inner)
  const common = { store, prefix: 'acme_live', clock }
  const keys = createApiKeys({ ...common, ...options, ...(random && { random }) })
  const guard = apiKey({ ...common, scopes, realm: 'shop', ...options })
  return { store, clock, keys, guard, common }
}

/** A store that tells what it was asked. */
export function recorded(inner: ApiKeyStore): ApiKeyStore & { readonly calls: string[] } {
  const calls: string[] = []
  function told<M extends keyof ApiKeyStore>(member: M): ApiKeyStore[M] {
    const method = inner[member] as (...args: unknown[]) => unknown
    // The arguments and the result are those of the method.
    return ((...args: unknown[]) => {
      calls.push(member)
      return method(...args)
    }) as ApiKeyStore[M]
  }
  return {
    calls,
    find: told('find'),
    get: told('get'),
    insert: told('insert'),
    update: told('update'),
    replace: told('replace'),
    list: told('list'),
  }
}

/** What a guard made of a request. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/** Asks a guard over HTTPS, with a key in its header. */
export async function ask(
  guard: Middleware,
  key?: string,
  init: RequestInit & { readonly url?: string; readonly peer?: string } = {},
): Promise<Answer> {
  const headers = new Headers(init.headers)
  if (key !== undefined) headers.set('x-api-key', key)
  const request = new Request(init.url ?? 'https://api.test/', { ...init, headers })
  const env = { requestIP: () => ({ address: init.peer ?? '192.0.2.7', port: 50_000 }) }
  const response = await handler(guard, (_request: Request, _env: object) => new Response(prize))(request, env)
  return { status: response.status, body: await response.text(), headers: response.headers }
}

/** Waits until what was put off within this turn of the loop is done. */
export async function nextTurn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}
