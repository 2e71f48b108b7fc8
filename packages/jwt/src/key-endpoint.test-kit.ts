import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { ask } from './forge.test-kit.ts'
import { jwt, remoteJwks, type RefreshOptions } from './index.ts'
import { sendJson, startEndpoint, type Endpoint } from './start-endpoint.test-kit.ts'
import { createTestIssuer, type TestIssuer } from './testing.ts'

/** Who the tokens are for. */
export const audience = 'https://api.test'
/** Serves the keys of {@link issuer}, unless a test has it answer otherwise. */
export let endpoint: Endpoint
/** A new one for each test. */
export let issuer: TestIssuer
/** What keys grow old by: a new one for each test. */
export let clock: TestClock

/** An endpoint that is down. */
export const fail: Endpoint['answer'] = (_request, response) => void response.writeHead(500).end('no')
/** An endpoint that is well. */
export const serveKeys: Endpoint['answer'] = (_request, response) => sendJson(response, issuer.jwks())

/** Starts the endpoint before the tests of a file, and begins anew for each. */
export function useKeyEndpoint(): void {
  beforeAll(async () => {
    endpoint = await startEndpoint(serveKeys)
  })
  afterAll(() => endpoint.stop())
  beforeEach(() => {
    issuer = createTestIssuer()
    clock = createTestClock(1_000_000)
    endpoint.asked.length = 0
    endpoint.answer = serveKeys
  })
}

/** A guard that has its keys from the endpoint, and no cache of tokens. */
export function guardWith(options: RefreshOptions = {}): ReturnType<typeof jwt> {
  const jwks = remoteJwks({ url: `${endpoint.url}/jwks`, clock, ...options })
  return jwt({ issuer: issuer.issuer, audience, jwks, cache: false })
}

/** What becomes of requests that come at once. */
export async function statuses(guard: ReturnType<typeof guardWith>, tokens: readonly string[]): Promise<number[]> {
  return (await Promise.all(tokens.map((token) => ask(guard, token)))).map(({ status }) => status)
}
