import { handler, stack, trustProxy } from '@seaworthy/middleware'
import { security, type AuditEvent } from '@seaworthy/security'
import { describe, expect, test } from 'vitest'
import { apiKey, memoryStore, type ApiKeyRecord } from './index.ts'
import { ask, nextTurn, prize, scopes, service, start } from './keys.test-kit.ts'

describe('a refusal', () => {
  test('is the same 401 whatever is wrong; only the audit tells (api-key/6)', async () => {
    const store = memoryStore()
    const { keys, clock, guard } = service({ store, environment: 'live' })
    const make = async (input = {}): Promise<string> => (await keys.create(input, { owner: 'ann' })).key
    const expired = await make({ expiresAt: '2026-01-02T00:00:00Z' })
    const early = await make({ notBefore: '2026-02-02T00:00:00Z' })
    const elsewhere = await make({ addresses: ['198.51.100.0/24'] })
    const foreign = (await service({ store, environment: 'test' }).keys.create({}, { owner: 'ann' })).key
    const revoked = await keys.create({}, { owner: 'ann' })
    await keys.revoke(revoked.apiKey.id)
    clock.advance('1d')
    const { key: unknown } = await service().keys.create({}, { owner: 'ann' })
    const cases = {
      expired,
      not_yet_valid: early,
      address_not_allowed: elsewhere,
      wrong_environment: foreign,
      revoked: revoked.key,
      unknown,
      malformed: 'nonsense',
      wrong_prefix: unknown.replace('live', 'test'),
      bad_checksum: `${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`,
    }
    const events: AuditEvent[] = []
    const policy = security({ default: guard, audit: (event) => void events.push(event) })
    const answers: string[] = []
    for (const [reason, key] of Object.entries(cases)) {
      const { status, body, headers } = await ask(policy, key)
      await nextTurn()
      expect(events.at(-1)).toMatchObject({ outcome: 'denied', scheme: 'apiKey', code: 'invalid', reason })
      answers.push(JSON.stringify([status, body, [...headers]]))
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('ApiKey realm=\\"shop\\"')
    expect((await ask(policy, await make())).body).toBe(prize)
  })

  test('of a missing scope is 403 that names it (api-key/7)', async () => {
    const { keys, guard } = service()
    const { key } = await keys.create({}, { owner: 'ann', scopes: ['orders:read', 'orders:writer'] })
    expect((await ask(guard.scopes('orders:read'), key)).body).toBe(prize)
    const { status, headers } = await ask(guard.scopes('orders:read', 'orders:write'), key)
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toBe(
      'ApiKey realm="shop", error="insufficient_scope", scope="orders:read orders:write"',
    )
  })

  test('of no key at all is 401 with a challenge that names no error (api-key/8)', async () => {
    const { guard, common } = service()
    const { status, headers } = await ask(guard)
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('ApiKey realm="shop"')
    const bearer = apiKey({ ...common, in: { authorization: 'Bearer' } })
    expect((await ask(bearer)).headers.get('www-authenticate')).toBe('Bearer realm="apiKey"')
  })
})

describe('times', () => {
  test('hold from the first instant to the last (api-key/9)', async () => {
    const { keys, clock } = service()
    const input = { notBefore: '2026-01-01T00:00:01Z', expiresAt: '2026-01-01T00:00:02+00:00' }
    const { key, apiKey } = await keys.create(input, { owner: 'ann' })
    expect(apiKey).toMatchObject({ notBefore: '2026-01-01T00:00:01.000Z', expiresAt: '2026-01-01T00:00:02.000Z' })
    clock.advance(999)
    expect(await keys.verify(key)).toEqual({ refused: 'not_yet_valid' })
    clock.advance(1)
    expect(await keys.verify(key)).toHaveProperty('apiKey')
    clock.advance(999)
    expect(await keys.verify(key)).toHaveProperty('apiKey')
    clock.advance(1)
    expect(await keys.verify(key)).toEqual({ refused: 'expired' })
  })

  test('and ranges that cannot be read let nobody in (api-key/9)', async () => {
    const inner = memoryStore()
    let change: Partial<ApiKeyRecord> = {}
    const { keys, guard } = service({
      store: {
        ...inner,
        async find(digest) {
          const record = await inner.find(digest)
          return record && { ...record, ...change }
        },
      },
    })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).status).toBe(200)
    for (change of [
      ...[{ expiresAt: 'tomorrow' }, { notBefore: 'yesterday' }, { expiresAt: '' }, { notBefore: '' }],
      ...[{ addresses: ['*'] }, { addresses: [] }, { addresses: ['10.0.0.0/8', 'x'] }, { addresses: ['0.0.0.0/'] }],
      ...[{ addresses: ['0.0.0.0/33'] }, { addresses: ['::/0'] }, { revokedAt: '' }, { environment: '' }],
    ]) {
      expect((await ask(guard, key)).status).toBe(401)
    }
    change = { addresses: ['0.0.0.0/0'] }
    expect((await ask(guard, key)).status).toBe(200)
  })
})

describe('environments', () => {
  test('a key for one is refused in others, and where there is none (api-key/10)', async () => {
    const store = memoryStore()
    const live = service({ store, environment: 'live' })
    const other = service({ store, environment: 'test' })
    const none = service({ store })
    const { key } = await live.keys.create({}, { owner: 'ann' })
    const anywhere = await none.keys.create({}, { owner: 'ann' })
    expect((await ask(live.guard, key)).status).toBe(200)
    expect((await ask(other.guard, key)).status).toBe(401)
    expect((await ask(none.guard, key)).status).toBe(401)
    for (const { guard } of [live, other, none]) expect((await ask(guard, anywhere.key)).status).toBe(200)
  })
})

describe('addresses', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['192.0.2.7', '192.0.2.7', 200],
    ['192.0.2.7', '192.0.2.8', 401],
    ['192.0.2.0/24', '192.0.2.255', 200],
    ['192.0.2.0/24', '192.0.3.0', 401],
    ['192.0.2.77/25', '192.0.2.1', 200],
    ['0.0.0.0/0', '203.0.113.9', 200],
    ['192.0.2.0/24', '::ffff:192.0.2.9', 200],
    ['2001:db8::/32', '2001:db8:ffff::1', 200],
    ['2001:db8::/32', '2001:db9::1', 401],
    ['2001:DB8::1', '2001:db8:0:0::1', 200],
    ['::/0', '192.0.2.7', 401],
    ['0.0.0.0/0', '2001:db8::1', 401],
  ]

  for (const [range, peer, status] of cases) {
    test(`a key for ${range} is answered with ${status} when it is used from ${peer} (api-key/11)`, async () => {
      const { keys, guard } = service()
      const { key } = await keys.create({ addresses: ['203.0.113.1', range] }, { owner: 'ann' })
      expect((await ask(guard, key, { peer })).status).toBe(status)
    })
  }

  test('are those of the client behind a proxy that is trusted, and of no other (api-key/11)', async () => {
    const { keys, guard } = service()
    const { key } = await keys.create({ addresses: ['198.51.100.1'] }, { owner: 'ann' })
    const headers = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' }
    const trusting = stack(trustProxy('private'), guard)
    expect((await ask(trusting, key, { headers, peer: '10.0.0.1' })).status).toBe(200)
    expect((await ask(trusting, key, { headers, peer: '192.0.2.1' })).status).toBe(401)
    expect((await ask(guard, key, { headers, peer: '10.0.0.1' })).status).toBe(401)
  })

  test('that nobody tells of are in no range (api-key/11)', async () => {
    const { keys } = service()
    const { key } = await keys.create({ addresses: ['0.0.0.0/0', '::/0'] }, { owner: 'ann' })
    expect(await keys.verify(key)).toEqual({ refused: 'address_not_allowed' })
    expect(await keys.verify(key, { address: 'unknown' })).toEqual({ refused: 'address_not_allowed' })
    expect(await keys.verify(key, { address: '::1' })).toHaveProperty('apiKey')
  })
})

describe('the principal', () => {
  test('is the owner, with what is known of the key, and cannot be changed (api-key/12)', async () => {
    const { keys, common } = service()
    const input = { name: 'deploy', expiresAt: '2027-01-01T00:00:00.900Z', addresses: ['192.0.2.0/24'] }
    const grant = { owner: 'ann', tenant: 'acme', scopes: ['orders:read'], limits: 'pro' }
    const { key, apiKey: made } = await keys.create(input, grant)
    const partner = apiKey({ ...common, name: 'partner', scopes })
    let seen: ReturnType<typeof partner.principal> | undefined
    const fetch = handler(partner, (request: Request, _env: object) => {
      seen = partner.principal(request)
      return new Response()
    })
    const env = { requestIP: () => ({ address: '192.0.2.1', port: 1 }) }
    await fetch(new Request('https://api.test/', { headers: { 'x-api-key': key } }), env)
    expect(seen).toMatchObject({
      scheme: 'partner',
      subject: 'ann',
      tenant: 'acme',
      expiresAt: Date.parse('2027-01-01T00:00:00Z') / 1000,
      claims: { ...made, ...grant, name: 'deploy', createdAt: start },
    })
    expect([...(seen?.scopes ?? [])]).toEqual(['orders:read'])
    expect(seen?.claims).not.toHaveProperty('digest')
    for (const each of [seen, seen?.claims, seen?.claims.scopes, seen?.claims.addresses]) {
      expect(Object.isFrozen(each)).toBe(true)
    }
  })
})
