import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deviceLogin, type DeviceCode, type DeviceLoginOptions } from '../client.ts'
import { jwtResource } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { sendJson, startService, type Service } from './start-service.test-kit.ts'
import { startTokenEndpoint, type TokenEndpoint } from './start-token-endpoint.test-kit.ts'
import { waitingClock, type WaitingClock } from './waiting-clock.test-kit.ts'

let service: Service
let clock: WaitingClock

beforeEach(async () => {
  service = await startService()
  clock = waitingClock(Date.now())
})
afterEach(() => service.stop())

describe('a login at a device, with a real provider', () => {
  let kit: ProviderKit

  beforeAll(async () => {
    kit = await startProvider()
  })
  afterAll(() => kit.stop())

  function loginAt(options: Partial<DeviceLoginOptions> = {}) {
    return deviceLogin({
      issuer: kit.issuer,
      clientId: 'device',
      scope: ['openid', 'offline_access', 'orders:read'],
      resource: jwtResource,
      clock,
      ...options,
    })
  }

  test('waits until somebody has agreed, and calls in their name (oauth2/126)', async () => {
    let shown: DeviceCode | undefined
    clock.whenWaited = async () => {
      if (clock.waited.length === 3) await kit.user('ann').visit(shown?.verificationUriComplete ?? '')
    }
    const account = await loginAt().login({ prompt: (code) => void (shown = code) })
    expect(clock.waited).toEqual([5000, 5000, 5000])
    expect(shown?.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/)
    expect(shown?.verificationUri).toBe(`${kit.issuer}/device`)
    expect(shown?.expiresAt).toBeGreaterThan(clock.now())
    await account.fetch(service.url)
    const token = service.asked[0]?.headers.authorization?.slice('Bearer '.length) ?? ''
    expect(decodeJwt(token)).toMatchObject({ sub: 'ann', client_id: 'device', aud: jwtResource })
  })

  test('ends when they refuse (oauth2/127)', async () => {
    let address = ''
    clock.whenWaited = async () => void (await kit.user('bob').refuse(address))
    const attempt = loginAt().login({ prompt: (code) => void (address = code.verificationUriComplete ?? '') })
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_OAUTH2_REFUSED', error: 'access_denied' })
  })

  test.each([false, true])(
    'goes on in another run by its refresh token; rotation: %s (oauth2/129)',
    async (rotation) => {
      kit.behaviour.rotation = rotation
      kit.behaviour.dpopNonces = true
      const kept: string[] = []
      let address = ''
      clock.whenWaited = async () => void (await kit.user('bob').visit(address))
      const given = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
      const login = loginAt({ onRefreshToken: (token) => void kept.push(token), dpop: { keys: given } })
      const account = await login.login({ prompt: (code) => void (address = code.verificationUriComplete ?? '') })
      expect(kept).toHaveLength(1)
      const first = await account.accessToken()
      const resumed = login.resume(kept[0] ?? '')
      const second = await resumed.accessToken()
      expect(second).not.toBe(first)
      expect(decodeJwt(second)['sub']).toBe('bob')
      expect(kept).toHaveLength(rotation ? 2 : 1)
      kit.behaviour.dpopNonces = false
    },
  )

  test('is over when the refresh token is no longer taken (oauth2/129)', async () => {
    const resumed = loginAt().resume('not-a-token')
    await expect(resumed.fetch(service.url)).rejects.toMatchObject({ code: 'ERR_OAUTH2_LOGIN_ENDED' })
    expect(service.asked).toEqual([])
  })
})

describe('a login at a device', () => {
  let provider: TokenEndpoint
  let told: Record<string, unknown>

  beforeEach(async () => {
    provider = await startTokenEndpoint()
    told = { device_code: 'd', user_code: 'ABCD', verification_uri: 'https://id.example/device', expires_in: 600 }
    provider.token = ({ path }, response) => {
      if (path === '/device') sendJson(response, told)
      else answer(response)
    }
  })
  afterEach(() => provider.stop())

  let answer: (response: import('node:http').ServerResponse) => void = (response) => provider.give(response)

  function login(signal?: AbortSignal, options: Partial<DeviceLoginOptions> = {}) {
    const device = deviceLogin({ issuer: provider.url, clientId: 'device', clock, ...options })
    return device.login({ prompt: () => undefined, ...(signal && { signal }) })
  }

  /** Answers one after the other; the last one stays. */
  function answers(...list: ((response: import('node:http').ServerResponse) => void)[]): void {
    answer = (response) => (list.length > 1 ? list.shift() : list[0])?.(response)
  }

  const refuse = (error: string) => (response: import('node:http').ServerResponse) => sendJson(response, { error }, 400)
  const pending = refuse('authorization_pending')
  const give = (response: import('node:http').ServerResponse): void => provider.give(response)

  test('asks at the interval of the provider (oauth2/128)', async () => {
    told['interval'] = 2
    answers(pending, pending, give)
    await login()
    expect(clock.waited).toEqual([2000, 2000, 2000])
  })

  test('asks five seconds more rarely each time that it is told to slow down (oauth2/128)', async () => {
    answers(pending, refuse('slow_down'), pending, refuse('slow_down'), give)
    await login()
    expect(clock.waited).toEqual([5000, 5000, 10_000, 10_000, 15_000])
  })

  test('asks half as often each time that the provider cannot be reached (oauth2/128)', async () => {
    answers(
      (response) => response.destroy(),
      (response) => response.writeHead(503).end(),
      () => undefined,
      give,
    )
    await login(undefined, { timeout: '1s' })
    expect(clock.waited).toEqual([5000, 10_000, 20_000, 40_000])
  })

  test('is over when the code has expired, by its own clock and by the word of the provider (oauth2/127)', async () => {
    told['expires_in'] = 60
    answers(pending)
    const expired = { code: 'ERR_OAUTH2_REFUSED', error: 'expired_token' }
    await expect(login()).rejects.toMatchObject(expired)
    expect(provider.requests).toHaveLength(12)
    answers(refuse('expired_token'))
    await expect(login()).rejects.toMatchObject(expired)
  })

  test('ends with the signal: while it waits, while it asks, and before (oauth2/127)', async () => {
    answers(pending)
    const waiting = new AbortController()
    clock.whenWaited = () => {
      if (clock.waited.length === 2) waiting.abort(new Error('enough'))
    }
    await expect(login(waiting.signal)).rejects.toThrow('enough')
    const asking = new AbortController()
    answers(() => asking.abort(new Error('now')))
    await expect(login(asking.signal)).rejects.toThrow('now')
    await expect(login(AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
  })

  test('waits by a timer where the clock does not wait, and leaves it at once (oauth2/127)', async () => {
    answers(pending)
    told['interval'] = 60
    const controller = new AbortController()
    const { wait: _, ...standing } = clock
    const attempt = login(controller.signal, { clock: standing })
    setTimeout(() => controller.abort(new Error('left')), 20)
    await expect(attempt).rejects.toThrow('left')
    told['interval'] = 1
    answers(give)
    expect(await (await login(undefined, { clock: standing })).accessToken()).toMatch(/^token-/)
  })

  test.each<[string, Record<string, unknown>]>([
    ['a code with an escape sequence', { user_code: '\u001b]0;evil\u0007' }],
    ['a code with a line break', { user_code: 'A\nB' }],
    ['a code of a page', { user_code: 'A'.repeat(2000) }],
    ['no code', { user_code: undefined }],
    ['a script for an address', { verification_uri: 'javascript:alert(1)' }],
    ['an address in the clear', { verification_uri: 'http://id.example/device' }],
    ['a file for a complete address', { verification_uri_complete: 'file:///etc/passwd' }],
    ['an address with credentials', { verification_uri: 'https://a:b@id.example/' }],
    ['an interval below zero', { interval: -5 }],
    ['no end', { expires_in: undefined }],
  ])('shows nobody %s (oauth2/130)', async (_what, member) => {
    Object.assign(told, member)
    let shown = 0
    const device = deviceLogin({ issuer: provider.url, clientId: 'device', clock })
    const attempt = device.login({ prompt: () => void shown++ })
    await expect(attempt).rejects.toMatchObject({ code: 'ERR_OAUTH2_RESPONSE' })
    expect(shown).toBe(0)
  })

  test('renews its token once for all who need it, and never sends a refresh token twice at once (oauth2/129)', async () => {
    let refreshes = 0
    answer = (response) => {
      const isRefresh = provider.requests.at(-1)?.get('grant_type') === 'refresh_token'
      if (isRefresh) refreshes++
      give2(response, isRefresh ? `r${refreshes + 1}` : 'r1')
    }
    const give2 = (response: import('node:http').ServerResponse, token: string): void =>
      provider.give(response, { refresh_token: token })
    const kept: string[] = []
    const account = await login(undefined, { onRefreshToken: (token) => void kept.push(token) })
    for (const round of [1, 2]) {
      clock.advance('1h')
      await Promise.all(Array.from({ length: 20 }, () => account.fetch(service.url)))
      expect(refreshes).toBe(round)
    }
    expect(kept).toEqual(['r1', 'r2', 'r3'])
    const sent = provider.requests.flatMap((each) => each.get('refresh_token') ?? [])
    expect(sent).toEqual(['r1', 'r2'])
  })

  test('without a refresh token is over with its token (oauth2/129)', async () => {
    answers(give)
    const account = await login()
    await account.accessToken()
    clock.advance('1h')
    await expect(account.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_LOGIN_ENDED' })
  })

  test('outlives an outage of the provider (oauth2/129)', async () => {
    answer = (response) => provider.give(response, { refresh_token: 'r1' })
    const account = await login()
    clock.advance('1h')
    answer = (response) => response.writeHead(503).end()
    const asked = provider.requests.length
    await expect(account.accessToken()).rejects.toMatchObject({ code: 'ERR_OAUTH2_UNAVAILABLE' })
    expect(provider.requests).toHaveLength(asked + 1)
    answer = (response) => provider.give(response)
    clock.advance('2s')
    expect(await account.accessToken()).toMatch(/^token-/)
  })
})
