import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createTestIssuer, type TestIssuer } from '@seaworthy/jwt/testing'

/** An identity provider on a socket: metadata, keys, and service tokens for whoever has the secret. It knows no opaque token. */
export interface Provider extends AsyncDisposable {
  readonly issuer: TestIssuer
  /** While it is true, every connection is cut. */
  isDown: boolean
  /** How often each path was asked. */
  readonly asked: ReadonlyMap<string, number>
  /** The service tokens that it gave. */
  readonly given: readonly string[]
}

/** Listens on a free loopback port. */
export async function startProvider(client: { readonly id: string; readonly secret: string }): Promise<Provider> {
  const asked = new Map<string, number>()
  const given: string[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/' } = request
    asked.set(url, (asked.get(url) ?? 0) + 1)
    if (provider.isDown) return void request.socket.destroy()
    const reply = (status: number, body: unknown): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (url === '/token') {
      const form = new URLSearchParams(await text(request))
      if (credentials(request) !== `${client.id}:${client.secret}`) return void reply(401, { error: 'invalid_client' })
      const [aud, scope] = [form.get('audience'), form.get('scope')]
      given.push(provider.issuer.token({ sub: client.id, client_id: client.id, aud, scope }))
      return void reply(200, { access_token: given.at(-1), token_type: 'Bearer', expires_in: 300 })
    }
    if (url === '/introspect') return void reply(200, { active: false })
    const found = await provider.issuer.fetch(new URL(url, provider.issuer.issuer))
    const body: object = found.ok ? Object(await found.json()) : {}
    const { issuer } = provider.issuer
    const endpoints = { token_endpoint: `${issuer}/token`, introspection_endpoint: `${issuer}/introspect` }
    reply(found.status, url.includes('.well-known') ? { ...body, ...endpoints } : body)
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1').unref()
  await new Promise((resolve) => server.once('listening', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: Provider = {
    issuer: createTestIssuer({ issuer, audience: 'orders' }),
    isDown: false,
    asked,
    given,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}

/** RFC 6749 §2.3.1: the id and the secret are encoded as a form has them. */
function credentials({ headers: { authorization = '' } }: IncomingMessage): string {
  const given = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
  return decodeURIComponent(given.replaceAll('+', ' '))
}
