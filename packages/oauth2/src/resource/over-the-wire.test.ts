import { createTestIssuer } from '@seaworthy/jwt/testing'
import { requestId } from '@seaworthy/middleware'
import { optional } from '@seaworthy/security'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawSocket } from '../../../../test/support/raw-socket.ts'
import { serve, type Running } from '../../../../test/support/serve.ts'
import { resourceServer } from '../resource.ts'
import { ask } from './ask.test-kit.ts'
import { proofClient } from './proof.test-kit.ts'

const issuer = createTestIssuer()
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const client = proofClient()
const token = issuer.token({ cnf: { jkt: client.jkt } })
const guard = resourceServer({ resource: 'https://api.test', jwt, dpop: {} })

const prove = (claims: Record<string, unknown> = {}): string => client.prove({ token, claims })

describe('over the wire', () => {
  let server: Running

  beforeAll(async () => {
    server = await serve(new Hono().use(guard).all('*', (c) => c.text('the protected body')).fetch)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** Sends lines as they are. */
  async function send(line: string, headers: readonly string[]): Promise<string> {
    using socket = RawSocket.connect(server.port)
    const head = [line, `Host: 127.0.0.1:${server.port}`, 'Connection: close', ...headers]
    return await socket.write(`${head.join('\r\n')}\r\n\r\n`).untilClosed()
  }

  test('a token with its proof lets in, whatever the case of its scheme (oauth2/27)', async () => {
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const answer = await send('GET / HTTP/1.1', [`Authorization: ${scheme} ${token}`, `DPoP: ${prove()}`])
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    }
  })

  test('two lines with proofs are refused, of which one is good (oauth2/27)', async () => {
    for (const proofs of [
      [prove(), prove()],
      [prove(), 'x'],
      ['x', prove()],
      [prove(), ''],
    ]) {
      const lines = proofs.map((proof) => `DPoP: ${proof}`)
      const answer = await send('GET / HTTP/1.1', [`Authorization: DPoP ${token}`, ...lines])
      expect(answer).toMatch(/^HTTP\/1\.1 401 /)
      expect(answer).toContain('error="invalid_dpop_proof"')
      expect(answer).not.toContain('the protected body')
    }
  })

  test('two lines with tokens are refused (oauth2/5)', async () => {
    const good = issuer.token()
    for (const other of [`Bearer ${good}`, 'Bearer x', `DPoP ${token}`, 'Basic YTpi']) {
      const lines = [`Authorization: Bearer ${good}`, `Authorization: ${other}`]
      for (const headers of [lines, lines.toReversed()]) {
        const answer = await send('GET / HTTP/1.1', headers)
        expect(answer).toMatch(/^HTTP\/1\.1 400 /)
        expect(answer).not.toContain('the protected body')
      }
    }
  })

  test('a proof is for the method on the wire, HEAD among them (oauth2/30)', async () => {
    const authorization = `Authorization: DPoP ${token}`
    expect(await send('HEAD / HTTP/1.1', [authorization, `DPoP: ${prove({ htm: 'HEAD' })}`])).toMatch(
      /^HTTP\/1\.1 200 /,
    )
    expect(await send('HEAD / HTTP/1.1', [authorization, `DPoP: ${prove()}`])).toMatch(/^HTTP\/1\.1 401 /)
  })

  test('a proof is for the path on the wire (oauth2/30)', async () => {
    const statusOf = async (path: string, htu: string): Promise<string | undefined> =>
      (await send(`GET ${path} HTTP/1.1`, [`Authorization: DPoP ${token}`, `DPoP: ${prove({ htu })}`])).split(' ')[1]
    expect(await statusOf('/files/%7Eann?x=1', 'https://api.test/files/~ann')).toBe('200')
    expect(await statusOf('/public/%2e%2e/admin', 'https://api.test/admin')).toBe('200')
    expect(await statusOf('/public/%2e%2e/admin', 'https://api.test/public/admin')).toBe('401')
    expect(await statusOf('//admin', 'https://api.test/admin')).toBe('401')
    expect(await statusOf('/a%2Fb', 'https://api.test/a/b')).toBe('401')
  })
})

test('in a sub-application and in a mounted one a proof is for the whole address (oauth2/30)', async () => {
  const inner = new Hono().get('/orders', guard, (c) => c.text('in'))
  const app = new Hono().use(requestId()).mount('/v1', inner.fetch).route('/v2', inner)
  for (const base of ['v1', 'v2']) {
    const url = `https://api.test/${base}/orders`
    const statusOf = async (htu: string): Promise<number> => {
      const headers = { authorization: `DPoP ${token}`, dpop: prove({ htu }) }
      return (await app.request(url, { headers })).status
    }
    expect(await statusOf(url)).toBe(200)
    expect(await statusOf('https://api.test/orders')).toBe(401)
  }
})

test('under optional() a proof without a nonce is asked for one, and lets nobody in as nobody (oauth2/37)', async () => {
  const guarded = optional(resourceServer({ resource: 'https://api.test', jwt, dpop: { nonce: true } }))
  const answer = await ask(guarded, { dpop: [token, prove()] })
  expect(answer.status).toBe(401)
  expect(answer.challenge).toContain('use_dpop_nonce')
  const nonce = answer.headers.get('dpop-nonce')
  expect((await ask(guarded, { dpop: [token, prove({ nonce })] })).status).toBe(200)
  expect((await ask(guarded)).status).toBe(200)
})
