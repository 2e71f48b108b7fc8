import { createTestIssuer } from '@seaworthy/jwt/testing'
import { expect, test } from 'vitest'
import { resourceServer } from '../resource.ts'

test('the certificate of the socket is refused when the guard is made: Bun does not tell it (oauth2/44)', () => {
  const issuer = createTestIssuer()
  const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }
  expect(() => resourceServer({ resource: 'https://api.test', jwt, mtls: { from: 'socket' } })).toThrow(
    expect.objectContaining({ code: 'ERR_UNSUPPORTED_OPTION' }),
  )
  expect(() =>
    resourceServer({ resource: 'https://api.test', jwt, mtls: { from: { header: 'client-cert' } } }),
  ).not.toThrow()
})
