import { describe, expect, test } from 'vitest'
import { createApiKeys, memoryStore, type ApiKeyGrant, type ApiKeyInput } from './index.ts'
import { ask, prize, service, start } from './keys.test-kit.ts'

describe('create()', () => {
  test('shows a key once (api-key/23)', async () => {
    const { keys } = service()
    const { key, apiKey } = await keys.create({ name: 'deploy' }, { owner: 'ann' })
    expect(apiKey).toEqual({
      id: expect.stringMatching(/^[0-9A-Za-z]{22}$/),
      family: apiKey.id,
      hint: `acme_live_...${key.slice(-4)}`,
      owner: 'ann',
      name: 'deploy',
      scopes: [],
      createdAt: start,
    })
    expect(JSON.stringify([await keys.list('ann'), apiKey])).not.toContain(key)
  })

  test('takes owner, scopes, limits and environment from the service alone (api-key/24)', async () => {
    const { keys } = service({ environment: 'live' })
    const body: unknown = JSON.parse(`{
      "name": "mine", "owner": "root", "tenant": "other", "scopes": ["admin"], "limits": "unlimited", "id": "1", "digest": "1",
      "environment": "test", "createdAt": "2020-01-01T00:00:00Z", "family": "x", "revokedAt": null, "hint": "x",
      "__proto__": { "owner": "root", "scopes": ["admin"], "expiresAt": "2030-01-01T00:00:00Z" }
    }`)
    // What a service that trusts its types hands on.
    const { apiKey } = await keys.create(body as ApiKeyInput, { owner: 'ann' })
    expect(apiKey).toMatchObject({ name: 'mine', owner: 'ann', scopes: [], environment: 'live', createdAt: start })
    for (const member of ['tenant', 'limits', 'expiresAt', 'revokedAt']) expect(apiKey).not.toHaveProperty(member)
    expect(apiKey.id).not.toBe('1')
  })

  const inputs: Record<string, unknown> = {
    'no object': undefined,
    'an empty name': { name: '' },
    'a long name': { name: 'x'.repeat(201) },
    'a name that is none': { name: {} },
    'a name with U+0000': { name: 'a\0b' },
    'half a character': { name: '\ud800' },
    'a time without a zone': { expiresAt: '2030-01-01T00:00:00' },
    'a date': { expiresAt: '2030-01-01' },
    'a time as a number': { expiresAt: 1_900_000_000 },
    'a day that is not there': { expiresAt: '2030-13-01T00:00:00Z' },
    'a year of five digits': { notBefore: new Date(Date.UTC(10_000, 0)) },
    'an invalid date': { notBefore: new Date('x') },
    'an expiry in the past': { expiresAt: '2025-12-31T23:59:59Z' },
    'an expiry now': { expiresAt: start },
    'an expiry before its begin': { notBefore: '2030-01-02T00:00:00Z', expiresAt: '2030-01-01T00:00:00Z' },
    'an address that is none': { addresses: ['example.com'] },
    'a range that is none': { addresses: ['10.0.0.0/33'] },
    'no range': { addresses: [] },
    'ranges as text': { addresses: '10.0.0.0/8' },
    'many ranges': { addresses: Array.from({ length: 101 }, () => '10.0.0.0/8') },
    'ranges of another kind': { addresses: [10] },
    'a zone': { addresses: ['fe80::1%eth0'] },
    'two lengths': { addresses: ['10.0.0.0/8/9'] },
  }
  for (const [name, input] of Object.entries(inputs)) {
    test(`refuses ${name} (api-key/25)`, async () => {
      const { keys, store } = service()
      await expect(keys.create(input as ApiKeyInput, { owner: 'ann' })).rejects.toMatchObject({
        code: 'ERR_API_KEY_INPUT',
      })
      expect(store.calls).toEqual([])
    })
  }

  const grants: Record<string, unknown> = {
    'no grant': undefined,
    'no owner': {},
    'an empty owner': { owner: '' },
    'an owner that is none': { owner: ['ann'] },
    'an empty tenant': { owner: 'ann', tenant: '' },
    'scopes as text': { owner: 'ann', scopes: 'admin' },
    'two scopes in one': { owner: 'ann', scopes: ['a b'] },
    'an empty scope': { owner: 'ann', scopes: [''] },
    'limits that are none': { owner: 'ann', limits: 100 },
  }
  for (const [name, grant] of Object.entries(grants)) {
    test(`refuses ${name} (api-key/25)`, async () => {
      await expect(service().keys.create({}, grant as ApiKeyGrant)).rejects.toMatchObject({ code: 'ERR_API_KEY_INPUT' })
    })
  }
})

describe('rotate()', () => {
  test('makes a new id and secret, copies the rest, and leaves the old one for the grace (api-key/26)', async () => {
    const { keys, clock, guard } = service({ environment: 'live' })
    const input = { name: 'deploy', addresses: ['192.0.2.0/24'], expiresAt: '2027-01-01T00:00:00.000Z' }
    const grant = { owner: 'ann', tenant: 'acme', scopes: ['orders:read'], limits: 'pro' }
    const old = await keys.create({ ...input, notBefore: start }, grant)
    expect((await ask(guard, old.key)).body).toBe(prize)
    clock.advance('1d')
    const created = await keys.rotate(old.apiKey.id, { grace: '1h' })
    const { id, hint, createdAt, ...configuration } = created.apiKey
    expect(configuration).toEqual({ ...input, ...grant, notBefore: start, environment: 'live', family: old.apiKey.id })
    expect(id).not.toBe(old.apiKey.id)
    expect(createdAt).toBe('2026-01-02T00:00:00.000Z')
    expect(created.key).not.toBe(old.key)
    expect(hint).toBe(`acme_live_...${created.key.slice(-4)}`)
    const [listed] = await keys.list({ owner: 'ann', tenant: 'acme' })
    expect(listed).toMatchObject({ replacedBy: id, expiresAt: '2026-01-02T01:00:00.000Z' })
    clock.advance(3_599_999)
    for (const { key } of [old, created]) expect((await ask(guard, key)).body).toBe(prize)
    clock.advance(1)
    expect((await ask(guard, old.key)).status).toBe(401)
    expect((await ask(guard, created.key)).body).toBe(prize)
  })

  test('never prolongs the old one beyond its own expiry (api-key/27)', async () => {
    const { keys, clock } = service()
    const old = await keys.create({ expiresAt: '2026-01-01T00:10:00Z' }, { owner: 'ann' })
    await keys.rotate(old.apiKey.id, { grace: '30d' })
    expect((await keys.list('ann'))[0]?.expiresAt).toBe('2026-01-01T00:10:00.000Z')
    clock.advance('10m')
    expect(await keys.verify(old.key)).toEqual({ refused: 'expired' })
  })

  test('may be as long as can be written (api-key/27)', async () => {
    const { keys } = service()
    const old = await keys.create({}, { owner: 'ann' })
    await keys.rotate(old.apiKey.id, { grace: Number.MAX_SAFE_INTEGER })
    expect((await keys.list('ann'))[0]?.expiresAt).toBe('9999-12-31T23:59:59.999Z')
    expect(await keys.verify(old.key)).toHaveProperty('apiKey')
  })

  test('without a grace ends the old one at once (api-key/27)', async () => {
    const { keys, guard } = service()
    const old = await keys.create({}, { owner: 'ann' })
    const created = await keys.rotate(old.apiKey.id, { grace: 0 })
    expect((await ask(guard, old.key)).status).toBe(401)
    expect((await ask(guard, created.key)).body).toBe(prize)
  })

  test('refuses keys that are unknown, revoked, expired or were rotated (api-key/28)', async () => {
    const { keys, clock } = service()
    const code = async (id: string): Promise<unknown> =>
      keys.rotate(id, { grace: '1d' }).then(
        () => 'rotated',
        (error: unknown) => Reflect.get(Object(error), 'code'),
      )
    const revoked = await keys.create({}, { owner: 'ann' })
    await keys.revoke(revoked.apiKey.id)
    const expired = await keys.create({ expiresAt: '2026-01-01T00:00:01Z' }, { owner: 'ann' })
    const rotated = await keys.create({}, { owner: 'ann' })
    const successor = await keys.rotate(rotated.apiKey.id, { grace: '1d' })
    expect(await code('nobody')).toBe('ERR_API_KEY_UNKNOWN')
    expect(await code(revoked.apiKey.id)).toBe('ERR_API_KEY_REVOKED')
    expect(await code(rotated.apiKey.id)).toBe('ERR_API_KEY_ROTATED')
    clock.advance(999)
    expect(await code(successor.apiKey.id)).toBe('rotated')
    clock.advance(1)
    expect(await code(expired.apiKey.id)).toBe('ERR_API_KEY_EXPIRED')
    expect(await keys.list('ann')).toHaveLength(5)
    await expect(keys.rotate(expired.apiKey.id, { grace: -1 })).rejects.toMatchObject({ code: 'ERR_DURATION' })
  })
})

describe('revoke()', () => {
  test('ends a key at once and for good, and no other (api-key/29)', async () => {
    const { keys, guard, clock } = service()
    const [one, two] = [await keys.create({}, { owner: 'ann' }), await keys.create({}, { owner: 'ann' })]
    await keys.revoke(one.apiKey.id)
    clock.advance('1m')
    await keys.revoke(one.apiKey.id)
    expect((await ask(guard, one.key)).status).toBe(401)
    expect((await ask(guard, two.key)).body).toBe(prize)
    expect((await keys.list('ann'))[0]?.revokedAt).toBe(start)
    for (const id of ['nobody', '', 'a\0b', '\ud800', 'x'.repeat(100_000), undefined as never]) {
      await expect(keys.revoke(id)).rejects.toMatchObject({ code: 'ERR_API_KEY_UNKNOWN' })
      await expect(keys.rotate(id, { grace: 0 })).rejects.toMatchObject({ code: 'ERR_API_KEY_UNKNOWN' })
    }
  })

  test('of a key that was rotated leaves its successor (api-key/29)', async () => {
    const { keys } = service()
    const old = await keys.create({}, { owner: 'ann' })
    const created = await keys.rotate(old.apiKey.id, { grace: '1d' })
    await keys.revoke(old.apiKey.id)
    expect(await keys.verify(old.key)).toEqual({ refused: 'revoked' })
    expect(await keys.verify(created.key)).toHaveProperty('apiKey')
  })
})

describe('whose key it is', () => {
  test('list() has the keys of exactly one owner, oldest first, without digests (api-key/30)', async () => {
    const { keys, clock } = service()
    const holders = [
      { owner: 'ann' },
      { owner: 'ann', tenant: 'acme' },
      { owner: 'ann', tenant: 'b' },
      { owner: 'ben' },
    ]
    const made: string[] = []
    for (const holder of [...holders, ...holders]) {
      made.push((await keys.create({}, holder)).apiKey.id)
      clock.advance(1)
    }
    for (const [index, holder] of holders.entries()) {
      const listed = await keys.list(holder)
      expect(listed.map(({ id }) => id)).toEqual([made[index], made[index + 4]])
    }
    expect((await keys.list('ann')).map(({ id }) => id)).toEqual([made[0], made[4]])
    expect(await keys.list('nobody')).toEqual([])
    expect(JSON.stringify(await keys.list('ann'))).not.toContain('digest')
  })

  test('a key of somebody else counts as unknown where the holder is given (api-key/31)', async () => {
    const { keys } = service()
    const { key, apiKey } = await keys.create({}, { owner: 'ann', tenant: 'acme' })
    for (const of of ['ann', 'ben', { owner: 'ann', tenant: 'b' }, { owner: 'ben', tenant: 'acme' }]) {
      await expect(keys.revoke(apiKey.id, { of })).rejects.toMatchObject({ code: 'ERR_API_KEY_UNKNOWN' })
      await expect(keys.rotate(apiKey.id, { grace: 0, of })).rejects.toMatchObject({ code: 'ERR_API_KEY_UNKNOWN' })
    }
    expect(await keys.verify(key)).toHaveProperty('apiKey')
    const of = { owner: 'ann', tenant: 'acme' }
    const created = await keys.rotate(apiKey.id, { grace: 0, of })
    await keys.revoke(created.apiKey.id, { of })
    expect(await keys.verify(created.key)).toEqual({ refused: 'revoked' })
  })
})

describe('verify()', () => {
  test('tells what is known of a key, or why it is refused, without a guard (api-key/32)', async () => {
    const { keys, common } = service()
    const { key, apiKey } = await keys.create({}, { owner: 'ann' })
    expect(keys.verify(key)).toEqual({ apiKey })
    for (const each of ['x', '', undefined as never, 7 as never, {} as never]) {
      expect(keys.verify(each)).toEqual({ refused: 'malformed' })
    }
    const store = memoryStore()
    const late = createApiKeys({ ...common, store: { ...store, find: async (digest) => store.find(digest) } })
    expect(late.verify(key)).toBeInstanceOf(Promise)
    expect(await late.verify(key)).toEqual({ refused: 'unknown' })
    const down = async (): Promise<never> => Promise.reject(new Error('down'))
    const failing = createApiKeys({ ...common, store: { ...store, find: down } })
    await expect(Promise.resolve(failing.verify(key))).rejects.toMatchObject({ code: 'ERR_API_KEY_STORE' })
  })
})
