import { createSecureServer, connect as connectHttp2 } from 'node:http2'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { X509Certificate, createHash } from 'node:crypto'
import { getRequestListener } from '@hono/node-server'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { resourceServer } from '../resource.ts'
import { ann, bob } from './certificates.test-kit.ts'

const issuer = createTestIssuer()
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const tls = { cert: ann.cert, key: ann.key, requestCert: true, rejectUnauthorized: false }
const thumbprint = createHash('sha256').update(new X509Certificate(ann.cert).raw).digest('base64url')
const token = issuer.token({ cnf: { 'x5t#S256': thumbprint } })

function listener(): ReturnType<typeof getRequestListener> {
  const guard = resourceServer({ resource: 'https://api.test', jwt, mtls: { from: 'socket' } })
  return getRequestListener(new Hono().get('/', guard, (c) => c.text('in')).fetch)
}

type Client = { readonly cert: string; readonly key: string } | undefined

/** The status of a request with a client certificate, or without. */
function statusOf(port: number, client: Client, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false, ...client }
    const asked = request({ ...options, headers: { authorization: `Bearer ${token}`, ...headers } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode))
    })
    asked.once('error', reject).end()
  })
}

describe('a certificate of the TLS connection', () => {
  test('is that of the client: with another or without one a bound token is refused (oauth2/43)', async () => {
    const server = createServer(tls, listener()).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      expect(await statusOf(port, ann)).toBe(200)
      expect(await statusOf(port, bob)).toBe(401)
      expect(await statusOf(port, undefined)).toBe(401)
      const field = `:${new X509Certificate(ann.cert).raw.toString('base64')}:`
      expect(await statusOf(port, bob, { 'client-cert': field })).toBe(401)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })

  test('is found over HTTP/2 as well (oauth2/43)', async () => {
    const server = createSecureServer(tls, listener()).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      for (const [client, status] of [
        [ann, 200],
        [bob, 401],
      ] as const) {
        const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, ...client })
        const stream = session.request({ ':path': '/', authorization: `Bearer ${token}` })
        const seen = await new Promise((resolve, reject) => {
          stream.once('error', reject).once('response', (headers) => resolve(headers[':status']))
        })
        expect(seen).toBe(status)
        session.destroy()
      }
    } finally {
      server.close()
    }
  })

  test('is none where there is no TLS (oauth2/43)', async () => {
    const guard = resourceServer({ resource: 'https://api.test', jwt, mtls: { from: 'socket' } })
    const app = new Hono().get('/', guard, (c) => c.text('in'))
    for (const env of [{}, { incoming: { socket: {} }, outgoing: undefined }, { incoming: {}, outgoing: undefined }]) {
      const response = await app.request('https://api.test/', { headers: { authorization: `Bearer ${token}` } }, env)
      expect(response.status).toBe(401)
    }
  })
})
