import type { ServerResponse } from 'node:http'
import { sendJson, startService, type Asked, type Service } from './start-service.test-kit.ts'

/** A provider that gives whatever a test says: the real one cannot be made to misbehave. */
export interface TokenEndpoint extends Service {
  /** The parameters of the token requests, in their order. */
  readonly requests: URLSearchParams[]
  /** How many tokens were given. */
  given: number
  /** Answers token requests from now on. */
  token: (asked: Asked, response: ServerResponse) => void
  /** Members of the metadata, in place of the usual ones. */
  metadata: Record<string, unknown>
  /** The usual answer: `token-1`, `token-2` and so on. */
  give(response: ServerResponse, more?: Record<string, unknown>): void
}

/** Starts a provider that gives tokens of an hour. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const requests: URLSearchParams[] = []
  const service = await startService((asked, response) => {
    if (asked.path.includes('/.well-known/')) return sendJson(response, { ...usual(), ...endpoint.metadata })
    requests.push(new URLSearchParams(asked.body))
    return endpoint.token(asked, response)
  })
  const usual = (): Record<string, unknown> => ({
    issuer: service.url,
    token_endpoint: `${service.url}/token`,
    device_authorization_endpoint: `${service.url}/device`,
  })
  const endpoint: TokenEndpoint = Object.assign(service, {
    requests,
    given: 0,
    metadata: {},
    token: (_asked: Asked, response: ServerResponse) => endpoint.give(response),
    give(response: ServerResponse, more: Record<string, unknown> = {}) {
      endpoint.given++
      const token = { access_token: `token-${endpoint.given}`, token_type: 'Bearer', expires_in: 3600 }
      sendJson(response, { ...token, ...more })
    },
  })
  return endpoint
}
