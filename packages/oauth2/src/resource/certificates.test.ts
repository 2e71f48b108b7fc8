import { X509Certificate, createHash } from 'node:crypto'
import { trustProxy } from '@seaworthy/middleware'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { serve } from '../../../../test/support/serve.ts'
import { resourceServer, type DpopOptions, type MtlsOptions } from '../resource.ts'
import { ann, bob, example, exampleThumbprint } from './certificates.test-kit.ts'
import { proofClient } from './proof.test-kit.ts'

const issuer = createTestIssuer()
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
const byHeader = { from: { header: 'Client-Cert' } } as const

function service(mtls: MtlsOptions | undefined, dpop?: DpopOptions) {
  return resourceServer({ resource: 'https://api.test', jwt, ...(mtls && { mtls }), ...(dpop && { dpop }) })
}

function thumbprintOf(pem: string): string {
  return createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url')
}

/** RFC 9440 §2.1 */
function field(pem: string): string {
  return `:${new X509Certificate(pem).raw.toString('base64')}:`
}

/** Asks a service behind a proxy at an address, which is trusted when it is 10.0.0.1. */
async function behind(
  proxy: string,
  guard: ReturnType<typeof service>,
  headers: Record<string, string>,
): Promise<{ status: number; seen: string }> {
  const app = new Hono()
    .use(trustProxy({ cidrs: ['10.0.0.1'] }))
    .get('/', guard, (c) => c.text(`${c.req.header('client-cert')}`))
  const env = { requestIP: () => ({ address: proxy, port: 1 }) }
  const response = await app.request('https://api.test/', { headers }, env)
  return { status: response.status, seen: await response.text() }
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })
const bound = (pem: string, more: object = {}): string =>
  issuer.token({ cnf: { 'x5t#S256': thumbprintOf(pem), ...more } })

describe('a certificate in the header of a proxy', () => {
  test.each([
    ['between colons, as RFC 9440 has it', field],
    ['in base64 alone', (pem: string) => field(pem).slice(1, -1)],
    ['as PEM, percent-encoded', encodeURIComponent],
  ])('is read %s (oauth2/45)', async (_name, write) => {
    const guard = service(byHeader)
    for (const [cert, status] of [
      [ann.cert, 200],
      [bob.cert, 401],
    ] as const) {
      const headers = { ...bearer(bound(ann.cert)), 'client-cert': write(cert) }
      for (let i = 0; i < 2; i++) expect((await behind('10.0.0.1', guard, headers)).status).toBe(status)
    }
  })

  test('has the thumbprint that RFC 8705 prints (oauth2/45)', async () => {
    const token = issuer.token({ cnf: { 'x5t#S256': exampleThumbprint } })
    const headers = { ...bearer(token), 'client-cert': field(example) }
    expect((await behind('10.0.0.1', service(byHeader), headers)).status).toBe(200)
  })

  test('is not believed from anybody else, and taken out of the request (oauth2/46)', async () => {
    const guard = service(byHeader)
    const headers = { ...bearer(bound(ann.cert)), 'client-cert': field(ann.cert) }
    expect((await behind('192.0.2.1', guard, headers)).status).toBe(401)
    const free = { ...bearer(issuer.token()), 'client-cert': field(ann.cert) }
    expect(await behind('192.0.2.1', guard, free)).toEqual({ status: 200, seen: 'undefined' })
    expect(await behind('10.0.0.1', guard, free)).toEqual({ status: 200, seen: field(ann.cert) })
    const alone = new Hono().get('/', guard, (c) => c.text('in'))
    expect((await alone.request('https://api.test/', { headers })).status).toBe(401)
  })

  test('is not believed from a client on a real socket (oauth2/46)', async () => {
    const guard = resourceServer({ resource: 'https://api.test', jwt, mtls: byHeader })
    const app = new Hono().get('/', guard, (c) => c.text(`${c.req.header('client-cert')}`))
    await using server = await serve(app.fetch)
    const get = async (token: string): Promise<Response> =>
      fetch(server.url, { headers: { ...bearer(token), 'client-cert': field(ann.cert) } })
    expect((await get(bound(ann.cert))).status).toBe(401)
    expect(await (await get(issuer.token())).text()).toBe('undefined')
  })

  test.each([
    ['nothing', ''],
    ['two of them', `${field(bob.cert)}, ${field(ann.cert)}`],
    ['two of them, this one first', `${field(ann.cert)}, ${field(bob.cert)}`],
    ['two of them as PEM', [ann.cert, bob.cert].map((pem) => encodeURIComponent(`${pem}\n`)).join(', ')],
    ['no certificate', ':AAAA:'],
    ['text', 'certificate'],
    ['bad encoding', '%E0%A4%A'],
    ['its thumbprint', thumbprintOf(ann.cert)],
    ['a part of it', field(ann.cert).slice(0, 60)],
  ])('is none when it is %s (oauth2/45)', async (_name, value) => {
    const headers = { ...bearer(bound(ann.cert)), 'client-cert': value }
    expect((await behind('10.0.0.1', service(byHeader), headers)).status).toBe(401)
  })

  test('may be asked of all tokens (oauth2/48)', async () => {
    const guard = service({ ...byHeader, required: true })
    const cert = { 'client-cert': field(ann.cert) }
    expect((await behind('10.0.0.1', guard, { ...bearer(issuer.token()), ...cert })).status).toBe(401)
    expect((await behind('10.0.0.1', guard, { ...bearer(bound(ann.cert)), ...cert })).status).toBe(200)
    expect((await behind('10.0.0.1', service(byHeader), bearer(issuer.token()))).status).toBe(200)
  })
})

describe('what a token is bound to', () => {
  test('is refused where nobody looks at certificates (oauth2/47)', async () => {
    const headers = { ...bearer(bound(ann.cert)), 'client-cert': field(ann.cert) }
    expect((await behind('10.0.0.1', service(undefined), headers)).status).toBe(401)
  })

  test.each<[unknown]>([
    [{ kid: 'a' }],
    [{ jwk: proofClient().publicJwk }],
    [{ 'x5t#S256': thumbprintOf(ann.cert), kid: 'a' }],
    [{ 'x5t#S256': [thumbprintOf(ann.cert)] }],
    [{ 'x5t#S256': `${thumbprintOf(ann.cert)}=` }],
    [{ x5t: thumbprintOf(ann.cert) }],
    [{}],
    [[]],
    [null],
    ['a'],
    [thumbprintOf(ann.cert)],
  ])('is refused when it cannot be checked: %j (oauth2/47)', async (cnf) => {
    const headers = { ...bearer(issuer.token({ cnf })), 'client-cert': field(ann.cert) }
    expect((await behind('10.0.0.1', service(byHeader, {}), headers)).status).toBe(401)
  })

  test('is checked throughout: with a key and a certificate, both have to be there (oauth2/47)', async () => {
    const guard = service(byHeader, {})
    const client = proofClient()
    const token = bound(ann.cert, { jkt: client.jkt })
    const proved = (): Record<string, string> => ({ authorization: `DPoP ${token}`, dpop: client.prove({ token }) })
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await behind('10.0.0.1', guard, headers)).status
    expect(await statusWith({ ...proved(), 'client-cert': field(ann.cert) })).toBe(200)
    expect(await statusWith(proved())).toBe(401)
    expect(await statusWith({ ...proved(), 'client-cert': field(bob.cert) })).toBe(401)
    const noProof = { authorization: `DPoP ${token}`, 'client-cert': field(ann.cert) }
    expect(await statusWith(noProof)).toBe(401)
    expect(await statusWith({ ...bearer(token), 'client-cert': field(ann.cert) })).toBe(401)
  })
})
