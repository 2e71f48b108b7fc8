import { expect, test } from 'vitest'
import { createApiKeys, type ApiKeyRecord, type ApiKeyStore } from './index.ts'
import { ask, nextTurn, prize, service } from './keys.test-kit.ts'

/** A record with everything in it. */
export function recordOf(change: Partial<ApiKeyRecord> = {}): ApiKeyRecord {
  return {
    id: 'id-1',
    digest: 'digest-1',
    hint: 'acme_...1234',
    owner: 'ann',
    tenant: 'acme',
    name: 'Žluťoučký 🐎 "quoted" \\ \n line',
    scopes: ['orders:read', 'a"b\'c,{}'],
    environment: 'live',
    limits: 'pro',
    addresses: ['10.0.0.0/8', '2001:db8::/32'],
    family: 'id-0',
    createdAt: '2026-01-01T00:00:00.001Z',
    notBefore: '2026-01-02T00:00:00.020Z',
    expiresAt: '2027-01-01T23:59:59.999Z',
    ...change,
  }
}

/** What every store has to keep. Each test has an empty store. */
export function storeContract(name: string, empty: () => Promise<ApiKeyStore>): void {
  const all = { owner: 'ann', tenant: 'acme' }

  test(`${name}: a record comes back as it went in (api-key/35)`, async () => {
    const store = await empty()
    const { tenant: _, name: __, environment: ___, limits: ____, addresses: _____, ...some } = recordOf()
    const { notBefore: ______, expiresAt: _______, ...least } = { ...some, id: 'id-2', digest: 'digest-2', scopes: [] }
    for (const record of [recordOf(), least]) {
      expect(await store.insert(record)).toBe(true)
      expect(await store.find(record.digest)).toEqual(record)
      expect(await store.get(record.id)).toEqual(record)
    }
    expect(await store.find('id-1')).toBeUndefined()
    expect(await store.get('digest-1')).toBeUndefined()
    expect(await store.list(all)).toEqual([recordOf()])
    expect(await store.list({ owner: 'ann' })).toEqual([least])
  })

  test(`${name}: an id or a digest that is taken is not overwritten, also at once (api-key/35)`, async () => {
    const store = await empty()
    const added = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.insert(recordOf({ owner: 'ann', limits: String(i) }))),
    )
    expect(added.filter(Boolean)).toHaveLength(1)
    const kept = await store.get('id-1')
    expect(await store.insert(recordOf({ id: 'id-2', owner: 'eve' }))).toBe(false)
    expect(await store.insert(recordOf({ digest: 'digest-2', owner: 'eve' }))).toBe(false)
    expect([await store.get('id-1'), await store.get('id-2'), await store.find('digest-2')]).toEqual([
      kept,
      undefined,
      undefined,
    ])
    expect(await store.list({ owner: 'eve', tenant: 'acme' })).toEqual([])
    expect(await store.list(all)).toHaveLength(1)
  })

  test(`${name}: the first revocation and the latest use stay (api-key/35)`, async () => {
    const store = await empty()
    await store.insert(recordOf())
    const [sooner, later] = ['2026-02-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z']
    for (const lastUsedAt of [later, sooner]) expect(await store.update('id-1', { lastUsedAt })).toBe(true)
    for (const revokedAt of [sooner, later]) expect(await store.update('id-1', { revokedAt })).toBe(true)
    expect(await store.find('digest-1')).toEqual(recordOf({ lastUsedAt: later, revokedAt: sooner }))
    expect(await store.update('nobody', { lastUsedAt: later, revokedAt: later })).toBe(false)
    expect(await store.get('nobody')).toBeUndefined()
  })

  test(`${name}: a key is replaced in one step, or nothing is changed (api-key/36)`, async () => {
    const store = await empty()
    await store.insert(recordOf())
    await store.insert(recordOf({ id: 'other', digest: 'other' }))
    const createdAt = '2026-06-01T00:00:00.000Z'
    const successor = recordOf({ id: 'id-2', digest: 'digest-2', createdAt })
    const endsAt = '2026-07-01T00:00:00.000Z'
    expect(await store.replace('nobody', endsAt, successor)).toBe(false)
    expect(await store.replace('id-1', endsAt, { ...successor, id: 'other' })).toBe(false)
    expect(await store.replace('id-1', endsAt, { ...successor, digest: 'other' })).toBe(false)
    expect(await store.replace('id-1', endsAt, { ...successor, createdAt: '2027-01-01T23:59:59.999Z' })).toBe(false)
    expect(await store.get('id-1')).toEqual(recordOf())
    expect(await store.list(all)).toHaveLength(2)
    expect(await store.replace('id-1', endsAt, successor)).toBe(true)
    expect(await store.get('id-1')).toEqual(recordOf({ expiresAt: endsAt, replacedBy: 'id-2' }))
    expect(await store.find('digest-2')).toEqual(successor)
    expect(await store.replace('id-1', endsAt, recordOf({ id: 'id-3', digest: 'digest-3', createdAt }))).toBe(false)
    await store.update('other', { revokedAt: createdAt })
    expect(await store.replace('other', endsAt, recordOf({ id: 'id-3', digest: 'digest-3', createdAt }))).toBe(false)
    // Never beyond its own expiry, and from no expiry to one.
    expect(
      await store.replace('id-2', '2030-01-01T00:00:00.000Z', recordOf({ id: 'id-4', digest: 'digest-4', createdAt })),
    ).toBe(true)
    expect(await store.get('id-2')).toEqual({ ...successor, replacedBy: 'id-4' })
    const { expiresAt: _, ...forever } = recordOf({ id: 'id-5', digest: 'digest-5' })
    await store.insert(forever)
    expect(await store.replace('id-5', endsAt, recordOf({ id: 'id-6', digest: 'digest-6', createdAt }))).toBe(true)
    expect(await store.get('id-5')).toEqual({ ...forever, expiresAt: endsAt, replacedBy: 'id-6' })
  })

  test(`${name}: of eight rotations at once one wins, and the others are told so (api-key/36)`, async () => {
    const store = await empty()
    const { keys, clock } = service({ store, touchEvery: false })
    let { key, apiKey } = await keys.create({}, { owner: 'ann' })
    for (const round of [1, 2, 3]) {
      clock.advance(1)
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => keys.rotate(apiKey.id, { grace: '1h' })))
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      expect(won).toHaveLength(1)
      for (const error of lost) expect(error).toMatchObject({ code: 'ERR_API_KEY_ROTATED' })
      const listed = await keys.list('ann')
      expect(listed).toHaveLength(round + 1)
      expect(listed.at(-1)?.id).toBe(won[0]?.apiKey.id)
      expect(listed.at(-2)).toMatchObject({ id: apiKey.id, replacedBy: won[0]?.apiKey.id })
      expect(await keys.verify(key)).toHaveProperty('apiKey')
      if (won[0]) ({ key, apiKey } = won[0])
    }
    expect(await keys.verify(key)).toHaveProperty('apiKey')
  })

  test(`${name}: a rotation and a revocation at once leave no key of theirs behind unseen (api-key/36)`, async () => {
    const store = await empty()
    const { keys } = service({ store, touchEvery: false })
    for (let i = 0; i < 5; i++) {
      const { key, apiKey } = await keys.create({}, { owner: `ann ${i}` })
      const [rotated] = await Promise.allSettled([keys.rotate(apiKey.id, { grace: '1h' }), keys.revoke(apiKey.id)])
      expect(await keys.verify(key)).toEqual({ refused: 'revoked' })
      const listed = await keys.list(`ann ${i}`)
      expect(listed).toHaveLength(rotated.status === 'fulfilled' ? 2 : 1)
      const old = listed.find(({ id }) => id === apiKey.id)
      expect(old?.replacedBy !== undefined).toBe(rotated.status === 'fulfilled')
    }
  })

  test(`${name}: serves a guard, from creation to revocation (api-key/35)`, async () => {
    const store = await empty()
    const { guard, keys, common } = service({ store, pepper: 'a pepper of the service' })
    const { key, apiKey } = await keys.create(
      { expiresAt: '2028-02-29T12:00:00Z' },
      { owner: 'ann', scopes: ['orders:read'] },
    )
    expect((await ask(guard.scopes('orders:read'), key)).body).toBe(prize)
    await nextTurn()
    const end = performance.now() + 5_000
    while ((await keys.list('ann'))[0]?.lastUsedAt === undefined) {
      expect(performance.now()).toBeLessThan(end)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const created = await keys.rotate(apiKey.id, { grace: '1h' })
    expect(created.apiKey).toMatchObject({ expiresAt: '2028-02-29T12:00:00.000Z', scopes: ['orders:read'] })
    for (const each of [key, created.key]) expect((await ask(guard, each)).body).toBe(prize)
    // Another process with the same store.
    const other = createApiKeys({ ...common, store, pepper: 'a pepper of the service' })
    await other.revoke(created.apiKey.id)
    expect((await ask(guard, created.key)).status).toBe(401)
    // What is still being written is done before this.
    await nextTurn()
    await keys.list('ann')
  })

  test(`${name}: hostile text is text (api-key/37)`, async () => {
    const store = await empty()
    const { keys } = service({ store, touchEvery: false })
    const texts = [
      `'; drop table seaworthy_api_keys; --`,
      '$1',
      '{}:*',
      '\r\nFLUSHALL\r\n',
      '\\u0000 \\" " \\',
      '["acme","ann"]',
      '__proto__',
      'İıſK \u{10ffff} \u200f',
    ]
    for (const owner of texts) {
      const { key, apiKey } = await keys.create({ name: owner.slice(0, 200) }, { owner, tenant: owner, limits: owner })
      expect(await keys.verify(key)).toEqual({ apiKey })
      expect(await keys.list({ owner, tenant: owner })).toMatchObject([{ id: apiKey.id, owner }])
      expect(await store.find(owner)).toBeUndefined()
      expect(await store.get(owner)).toBeUndefined()
      expect(await store.update(owner, { revokedAt: apiKey.createdAt })).toBe(false)
    }
    for (const owner of texts) expect(await keys.list({ owner })).toEqual([])
  })
}
