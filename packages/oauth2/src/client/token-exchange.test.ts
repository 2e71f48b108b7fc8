import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tokenExchange, type TokenExchangeOptions } from '../client.ts'
import { startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'
import { waitingClock } from './waiting-clock.test-kit.ts'

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
let provider: TokenEndpoint
let service: Service

beforeEach(async () => {
  provider = await startTokenEndpoint()
  service = await startService()
  provider.token = (_asked, response) => provider.give(response, { issued_token_type: accessToken })
})
afterEach(() => Promise.all([provider.stop(), service.stop()]))

function exchangeWith(options: Partial<TokenExchangeOptions> = {}) {
  return tokenExchange({
    issuer: provider.url,
    clientId: 'orders',
    clientAuth: { method: 'client_secret_post', secret: 'a-secret' },
    ...options,
  })
}

describe('an exchange of tokens', () => {
  test('says what it has and what it wants by RFC 8693 (oauth2/124)', async () => {
    const exchange = exchangeWith({
      audience: ['stock', 'billing'],
      resource: 'https://stock.example',
      scope: 'stock:read',
      subjectTokenType: 'jwt',
      requestedTokenType: 'access_token',
    })
    await exchange.onBehalfOf('anns-token').fetch(service.url)
    const [asked] = provider.requests
    expect(Object.fromEntries(asked ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'anns-token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      requested_token_type: accessToken,
      resource: 'https://stock.example',
      scope: 'stock:read',
      audience: 'billing',
      client_id: 'orders',
      client_secret: 'a-secret',
    })
    expect(asked?.getAll('audience')).toEqual(['stock', 'billing'])
    expect(service.asked[0]?.headers.authorization).toBe('Bearer token-1')
  })

  test('is made once for each subject, at once and later, and never mixes them (oauth2/125)', async () => {
    const exchange = exchangeWith()
    const ask = (subject: string): Promise<string> => exchange.onBehalfOf(subject).accessToken()
    const tokens = await Promise.all(['ann', 'bob', 'ann', 'bob', 'ann'].map(ask))
    expect(provider.given).toBe(2)
    const [ann, bob] = tokens
    expect(tokens).toEqual([ann, bob, ann, bob, ann])
    expect(ann).not.toBe(bob)
    const subjects = provider.requests.map((each) => each.get('subject_token'))
    expect([await ask('ann'), await ask('bob')]).toEqual([ann, bob])
    expect(subjects.toSorted()).toEqual(['ann', 'bob'])
  })

  test('is kept for so many subjects, those who came last (oauth2/125)', async () => {
    const exchange = exchangeWith({ max: 2 })
    for (const subject of ['ann', 'bob', 'ann', 'eve']) await exchange.onBehalfOf(subject).accessToken()
    expect(provider.given).toBe(3)
    await exchange.onBehalfOf('ann').accessToken()
    expect(provider.given).toBe(3)
    await exchange.onBehalfOf('bob').accessToken()
    expect(provider.given).toBe(4)
    for (const max of [0, -1, 1.5, Number.NaN]) {
      expect(() => exchangeWith({ max })).toThrow(expect.objectContaining({ code: 'ERR_OAUTH2_OPTION' }))
    }
  })

  test.each([
    ['another kind of token', 'urn:ietf:params:oauth:token-type:saml2', 'Bearer'],
    ['a token that calls cannot carry', accessToken, 'N_A'],
    ['it does not know what', undefined, 'Bearer'],
  ])('that gives %s is not used (oauth2/124)', async (_what, issued, type) => {
    provider.token = (_asked, response) => provider.give(response, { issued_token_type: issued, token_type: type })
    const attempt = exchangeWith({ clock: waitingClock() }).onBehalfOf('ann').fetch(service.url)
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
    expect(service.asked).toEqual([])
  })
})
