import { isSecretParameter } from '@seaworthy/middleware'
import { describe, expect, test } from 'vitest'
import { memoryStore, OAuth2Error, oidcLogin, type OidcLoginOptions } from '../login.ts'

const good = {
  issuer: 'https://id.test',
  clientId: 'web',
  clientAuth: { method: 'client_secret_basic', secret: 'a secret' },
  publicUrl: 'https://app.test',
  session: { keys: 'a secret of the tests, which has more than 32 bytes' },
} as const

const bad: readonly [string, object, RegExp][] = [
  ['a short key', { session: { keys: 'short' } }, /32 bytes/],
  ['no key', { session: { keys: [] } }, /32 bytes/],
  ['an undefined key', { session: { keys: undefined } }, /32 bytes/],
  ['a short key among others', { session: { keys: [good.session.keys, ''] } }, /32 bytes/],
  ['an idle time of nothing', { session: { ...good.session, idle: 0 } }, /idle/],
  ['an absolute time below the idle one', { session: { ...good.session, absolute: '1m' } }, /absolute/],
  ['sessions for years', { session: { ...good.session, absolute: '31d' } }, /30 days/],
  ['a back channel without a store', { backchannelPath: '/ended' }, /needs session\.store/],
  ['a path that is none', { loginPath: 'login' }, /no path/],
  ['a path on another host', { redirectPath: '//evil.test/' }, /no path/],
  ['a path with a query', { afterLogout: '/?a' }, /no path/],
  ['two paths that are one', { loginPath: '/auth/callback' }, /same/],
  ['a public address that is none', { publicUrl: 'app.test' }, /publicUrl/],
  ['a public address without TLS', { publicUrl: 'http://app.test' }, /publicUrl/],
  ['a public address with a query', { publicUrl: 'https://app.test/?a' }, /publicUrl/],
  ['parameters that are seen to', { parameters: { state: 'x' } }, /parameters\.state/],
  ['a redirect URI among the parameters', { parameters: { redirect_uri: 'x' } }, /parameters\.redirect_uri/],
  ['an issuer without TLS', { issuer: 'http://id.test' }, /issuer/],
  ['no client', { clientId: '' }, /clientId/],
  ['an empty secret', { clientAuth: { method: 'client_secret_post', secret: '' } }, /secret/],
]

describe('options', () => {
  test.each(bad)('with %s make no login (oauth2/98)', (_what, options, message) => {
    const make = (): unknown => oidcLogin({ ...good, ...options } as OidcLoginOptions)
    expect(make).toThrow(message)
    expect(make).toThrow(OAuth2Error)
  })

  test('that can be kept make one, which holds none of them (oauth2/82) (oauth2/98)', () => {
    const login = oidcLogin({ ...good, backchannelPath: '/ended', session: { ...good.session, store: memoryStore() } })
    const seen = Object.values(login).map((each) => (typeof each === 'function' ? String(each) : JSON.stringify(each)))
    expect(seen.join()).not.toContain('a secret')
    expect(login.scheme).toBe('login')
  })

  test('have the way back redacted from spans and logs (oauth2/82)', () => {
    oidcLogin(good)
    expect(isSecretParameter('return_to')).toBe(true)
  })

  test('with text that no header can carry are refused at once (oauth2/98)', () => {
    expect(() => oidcLogin({ ...good, realm: 'a\nb' })).toThrow()
    expect(() => oidcLogin({ ...good, name: 'a b' })).toThrow()
  })
})
