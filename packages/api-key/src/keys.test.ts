import { createHmac, hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checksum } from './checksum.ts'
import { apiKeyPattern, createApiKeys, memoryStore, type ApiKeyRecord } from './index.ts'
import { ask, prize, service } from './keys.test-kit.ts'

describe('a key', () => {
  test('is the prefix, thirty random digits and the checksum of GitHub (api-key/1)', async () => {
    expect(checksum('zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ')).toBe('0mLq17')
    const { keys, guard } = service()
    const made = await Promise.all(Array.from({ length: 200 }, () => keys.create({}, { owner: 'ann' })))
    for (const { key, apiKey } of made) {
      const [, secret = '', sum] = /^acme_live_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/.exec(key) ?? []
      expect(sum).toBe(checksum(secret))
      expect(apiKey.hint).toBe(`acme_live_...${key.slice(-4)}`)
    }
    expect(new Set(made.map(({ key }) => key)).size).toBe(200)
    expect((await ask(guard, made[0]?.key)).body).toBe(prize)
  })

  test('has digits that are equally likely (api-key/1)', async () => {
    let seed = 1
    const byte = (): number => ((seed = (seed * 48_271) % 2_147_483_647) >> 8) & 255
    const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, byte)
    const { keys } = service({ random })
    const counts = new Map<string, number>()
    for (let i = 0; i < 3000; i++) {
      const { key } = await keys.create({}, { owner: 'ann' })
      for (const digit of key.slice(10, 40)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
    }
    expect(counts.size).toBe(62)
    const [least = 0, most = 0] = [Math.min(...counts.values()), Math.max(...counts.values())]
    expect(least / most).toBeGreaterThan(0.8)
  })

  test('with a flaw in its form is 401 without a look at the store (api-key/2)', async () => {
    const { keys, guard, store } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    store.calls.length = 0
    const flip = (at: number): string => key.slice(0, at) + (key[at] === 'x' ? 'y' : 'x') + key.slice(at + 1)
    const flawed = [
      ...Array.from({ length: key.length }, (_, at) => flip(at)),
      ...[`${key}x`, key.slice(1), key.slice(0, -1), key.toUpperCase(), key.replace('live', 'test'), 'x', 'acme_live_'],
      ...[`acme_live_${'é'.repeat(36)}`, `acme_live_${'_'.repeat(36)}`, 'a'.repeat(100_000), key.replace('_', '-')],
    ]
    for (const each of flawed) expect((await ask(guard, each)).status).toBe(401)
    expect(store.calls).toEqual([])
    expect((await ask(guard, key)).body).toBe(prize)
    expect(store.calls).toEqual(['find'])
  })

  test('is kept as its digest alone (api-key/3)', async () => {
    const records: ApiKeyRecord[] = []
    const inner = memoryStore()
    const store = { ...inner, insert: (record: ApiKeyRecord) => records.push(record) > 0 && inner.insert(record) }
    const { keys } = service({ store })
    const plain = await keys.create({}, { owner: 'ann' })
    expect(records[0]?.digest).toBe(hash('sha256', plain.key, 'base64url'))
    const pepper = 'a pepper of the service'
    const peppered = await service({ store, pepper }).keys.create({}, { owner: 'ann' })
    expect(records[1]?.digest).toBe(createHmac('sha256', pepper).update(peppered.key).digest('base64url'))
    for (const { key } of [plain, peppered]) {
      expect(JSON.stringify(records)).not.toContain(key.slice(10, 40))
      expect(JSON.stringify(await keys.list('ann'))).not.toContain(key.slice(10, 40))
    }
    expect(JSON.stringify(await keys.list('ann'))).not.toMatch(/digest/)
  })

  test('is known only with its own pepper, given as text or as bytes (api-key/3)', async () => {
    const store = memoryStore()
    const pepper = 'a pepper of the service'
    const { keys, guard } = service({ store, pepper })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).status).toBe(200)
    expect((await ask(service({ store, pepper: new TextEncoder().encode(pepper) }).guard, key)).status).toBe(200)
    expect((await ask(service({ store, pepper: `${pepper}!` }).guard, key)).status).toBe(401)
    expect((await ask(service({ store }).guard, key)).status).toBe(401)
  })

  test('is compared with what the store has found: a wrong record lets nobody in (api-key/3)', async () => {
    const inner = memoryStore()
    let other: ApiKeyRecord | undefined
    const store = { ...inner, find: (digest: string) => other ?? inner.find(digest) }
    const { keys, guard } = service({ store })
    const { key } = await keys.create({}, { owner: 'ann' })
    expect((await ask(guard, key)).status).toBe(200)
    const { apiKey } = await keys.create({}, { owner: 'root' })
    const record = await inner.get(apiKey.id)
    for (const digest of [record?.digest ?? '', '', `${record?.digest}x`]) {
      other = record && { ...record, digest }
      expect(await keys.verify(key)).toEqual({ refused: 'unknown' })
      expect((await ask(guard, key)).status).toBe(401)
    }
  })
})

describe('apiKeyPattern()', () => {
  test('finds keys in text, and nothing else (api-key/4)', async () => {
    const { keys } = service()
    const { key } = await keys.create({}, { owner: 'ann' })
    const pattern = apiKeyPattern('acme_live')
    expect(`curl -H "x-api-key: ${key}" \n${key}'`.match(pattern)).toEqual([key, key])
    for (const text of [`x${key}`, `${key}x`, key.slice(0, -1), key.replace('live', 'test'), 'acme_live_']) {
      expect(text.match(pattern)).toBe(null)
    }
    expect(() => apiKeyPattern('.*')).toThrow(expect.objectContaining({ code: 'ERR_API_KEY_OPTION' }))
  })
})

describe('create()', () => {
  test('never overwrites a key: it tries again, and then says so (api-key/5)', async () => {
    const { keys: first, common } = service()
    const kept = await first.create({}, { owner: 'ann' })
    let byte = 0
    let stuck = 4
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(stuck-- > 0 ? 7 : byte++ % 248)
    const keys = createApiKeys({ ...common, random })
    const { key } = await keys.create({}, { owner: 'ben' })
    const again = await keys.create({}, { owner: 'eve' })
    expect(again.key).not.toBe(key)
    const broken = createApiKeys({ ...common, random: (size) => new Uint8Array(size).fill(7) })
    await expect(broken.create({}, { owner: 'eve' })).rejects.toMatchObject({ code: 'ERR_API_KEY_COLLISION' })
    await expect(broken.rotate(kept.apiKey.id, { grace: 0 })).rejects.toMatchObject({ code: 'ERR_API_KEY_COLLISION' })
    expect(await first.verify(key)).toMatchObject({ apiKey: { owner: 'ben' } })
    expect(await first.verify(kept.key)).toMatchObject({ apiKey: { owner: 'ann' } })
  })
})
