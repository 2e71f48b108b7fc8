import { createServer } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientCertificate, serverCertificate } from '../certificates.test-kit.ts'
import { clientCredentials } from '../client.ts'
import { fetchWithCertificate } from './fetch-with-certificate.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'

/** A server that lets nobody in without the certificate of the client. */
const server = createServer({
  ...serverCertificate,
  ca: clientCertificate.cert,
  requestCert: true,
  rejectUnauthorized: true,
})
const asked: string[] = []
let provider: TokenEndpoint
let url: string

beforeAll(async () => {
  server.on('request', async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push(`${request.url} ${request.headers.authorization} ${body}`)
    if (request.url === '/token') provider.give(response)
    else response.end('orders')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `https://localhost:${typeof address === 'object' && address ? address.port : 0}`
  provider = await startTokenEndpoint()
  provider.metadata = { mtls_endpoint_aliases: { token_endpoint: `${url}/token` } }
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  await provider.stop()
})

describe('mutual TLS', () => {
  test.each(['tls_client_auth', 'self_signed_tls_client_auth'] as const)(
    'by %s shows the certificate to the alias of the endpoint and to the service (oauth2/111)',
    async (method) => {
      asked.length = 0
      const client = clientCredentials({
        issuer: provider.url,
        clientId: 'stock',
        clientAuth: { method },
        fetch: await fetchWithCertificate(clientCertificate),
      })
      expect(await (await client.fetch(`${url}/orders`)).text()).toBe('orders')
      const token = `token-${provider.given}`
      expect(asked).toEqual([
        '/token undefined grant_type=client_credentials&client_id=stock',
        `/orders Bearer ${token} `,
      ])
      expect(provider.requests).toEqual([])
    },
  )

  test('without the certificate gets nothing (oauth2/111)', async () => {
    const client = clientCredentials({
      issuer: provider.url,
      clientId: 'stock',
      clientAuth: { method: 'tls_client_auth' },
      fetch: await fetchWithCertificate(),
    })
    await expect(client.fetch(`${url}/orders`)).rejects.toMatchObject({ code: 'ERR_OAUTH2_UNAVAILABLE' })
  })
})
