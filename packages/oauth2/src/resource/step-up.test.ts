import { createTestClock } from '@seaworthy/middleware/testing'
import { createTestIssuer } from '@seaworthy/jwt/testing'
import { describe, expect, test } from 'vitest'
import { resourceServer, type StepUpOptions } from '../resource.ts'
import { ask } from './ask.test-kit.ts'
import { active, opaqueIssuer } from './opaque-issuer.test-kit.ts'

const now = 1_800_000_000
const clock = createTestClock(now * 1000)
const issuer = createTestIssuer({ clock })
const jwt = { issuer: issuer.issuer, jwks: issuer.jwks() }

function service(stepUp: StepUpOptions) {
  return resourceServer({ resource: 'https://api.test', jwt, stepUp, clock, metadata: false })
}

describe('step-up', () => {
  test.each<[string, StepUpOptions, Record<string, unknown>, number]>([
    ['the context', { acr: ['mfa'] }, { acr: 'mfa' }, 200],
    ['one of the contexts', { acr: ['mfa', 'hwk'] }, { acr: 'hwk' }, 200],
    ['another context', { acr: ['mfa', 'hwk'] }, { acr: 'pwd' }, 401],
    ['a part of a context', { acr: ['mfa'] }, { acr: 'mf' }, 401],
    ['no context', { acr: ['mfa'] }, {}, 401],
    ['a login in time', { maxAge: '5m' }, { auth_time: now - 300 }, 200],
    ['a login too long ago', { maxAge: '5m' }, { auth_time: now - 301 }, 401],
    ['no time of a login', { maxAge: '5m' }, {}, 401],
    ['both', { acr: ['mfa'], maxAge: '5m' }, { acr: 'mfa', auth_time: now }, 200],
    ['one of both', { acr: ['mfa'], maxAge: '5m' }, { acr: 'mfa', auth_time: now - 301 }, 401],
    ['the other one', { acr: ['mfa'], maxAge: '5m' }, { auth_time: now }, 401],
  ])('with %s (oauth2/49)', async (_name, asked, claims, status) => {
    const guard = service(asked)
    const token = issuer.token(claims)
    for (let i = 0; i < 2; i++) expect((await ask(guard, { bearer: token })).status).toBe(status)
  })

  test('says what is needed, as RFC 9470 has it (oauth2/49)', async () => {
    const { challenge } = await ask(service({ acr: ['mfa', 'hwk'], maxAge: '5m' }), { bearer: issuer.token() })
    expect(challenge).toBe(
      'Bearer realm="oauth2", error="insufficient_user_authentication", acr_values="mfa hwk", max_age="300"',
    )
  })

  test('goes by the time of each request, also of a token that is known (oauth2/49)', async () => {
    const later = createTestClock(now * 1000)
    const guard = resourceServer({ resource: 'https://api.test', jwt, stepUp: { maxAge: '1m' }, clock: later })
    const token = issuer.token({ auth_time: now })
    expect((await ask(guard, { bearer: token })).status).toBe(200)
    later.advance('61s')
    expect((await ask(guard, { bearer: token })).status).toBe(401)
  })

  test('goes by what the issuer tells of opaque tokens (oauth2/49)', async () => {
    const opaque = opaqueIssuer({ strong: active({ acr: 'mfa', auth_time: now }), weak: active({ auth_time: now }) })
    const guard = resourceServer({
      resource: 'https://api.test',
      introspection: opaque.options,
      stepUp: { acr: ['mfa'], maxAge: '1m' },
      clock,
    })
    expect((await ask(guard, { bearer: 'strong' })).status).toBe(200)
    expect((await ask(guard, { bearer: 'weak' })).status).toBe(401)
  })

  test.each<[StepUpOptions]>([
    [{}],
    [{ acr: [] }],
    [{ acr: ['a b'] }],
    [{ acr: ['"'] }],
    [{ acr: ['a'], maxAge: '1500ms' }],
  ])('that cannot be asked for is refused when it is made: %j (oauth2/8)', (asked) => {
    expect(() => service(asked)).toThrow('stepUp')
  })
})
