import { createTestClock } from '@seaworthy/middleware/testing'
import { describe, expect, test } from 'vitest'
import { authorizationServer } from './authorization-server.ts'

const issuer = 'https://id.test'

/** A provider whose metadata are there, or not. */
function providerWith(members: Record<string, unknown> = {}) {
  const provider = {
    asked: 0,
    isDown: false,
    fetch: Object.assign(
      async () => {
        provider.asked++
        return provider.isDown ? new Response(null, { status: 500 }) : Response.json({ issuer, ...members })
      },
      { preconnect: () => undefined },
    ),
  }
  return provider
}

describe('the metadata of a provider', () => {
  test('are asked for ever more rarely while they cannot be had (oauth2/114)', async () => {
    const clock = createTestClock()
    const provider = providerWith()
    provider.isDown = true
    const server = authorizationServer({ issuer, fetch: provider.fetch }, clock)
    const attempts: number[] = []
    for (let second = 0; second < 200; second++) {
      const before = provider.asked
      await expect(server.metadata()).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
      if (provider.asked > before) attempts.push(second)
      clock.advance('1s')
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
  })

  test('are one failure for all who asked at once (oauth2/114)', async () => {
    const clock = createTestClock()
    const provider = providerWith()
    provider.isDown = true
    const server = authorizationServer({ issuer, fetch: provider.fetch }, clock)
    await Promise.allSettled(Array.from({ length: 50 }, () => server.metadata()))
    expect(provider.asked).toBe(2)
    clock.advance('1s')
    provider.isDown = false
    expect(await server.metadata()).toMatchObject({ issuer })
  })

  test('name endpoints that a browser may be sent to, and no others (oauth2/117)', async () => {
    const members = { authorization_endpoint: `${issuer}/auth`, end_session_endpoint: 'http://127.0.0.1/' }
    const server = authorizationServer({ issuer, fetch: providerWith(members).fetch }, createTestClock())
    expect(await server.endpoint('authorization_endpoint')).toBe(`${issuer}/auth`)
    await expect(server.endpoint('end_session_endpoint')).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
    const bare = authorizationServer({ issuer, fetch: providerWith().fetch }, createTestClock())
    expect(await bare.endpoint('end_session_endpoint')).toBeUndefined()
    for (const address of ['javascript:alert(1)', '/auth', 7, 'http://id.test/auth']) {
      const { fetch } = providerWith({ authorization_endpoint: address })
      const hostile = authorizationServer({ issuer, fetch }, createTestClock())
      await expect(hostile.endpoint('authorization_endpoint')).rejects.toMatchObject({ code: 'ERR_OAUTH2_DISCOVERY' })
    }
  })
})
