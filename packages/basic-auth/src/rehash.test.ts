import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ask, cheapBcrypt, cheapHash, prize } from './forge.test-kit.ts'
import { oneOfEach, vectors } from './hash-vectors.test-kit.ts'
import { basicAuth, hashPassword, verifyPassword } from './index.ts'

const errors: unknown[] = []
const original = console.error
beforeEach(() => {
  errors.length = 0
  console.error = (...values: unknown[]) => void errors.push(...values)
})
afterEach(() => {
  console.error = original
})

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 5_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(condition()).toBe(true)
}

describe('onRehash', () => {
  test.each(oneOfEach)('receives a new hash of the password: $source (basic-auth/39)', async ({ password, hash }) => {
    const stored: [string, string][] = []
    const onRehash = (...given: [string, string]): unknown => stored.push(given)
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, onRehash })
    expect((await ask(guard, `ann:${password}x`)).status).toBe(401)
    expect((await ask(guard, `ann:${password}`)).body).toBe(prize)
    await until(() => stored.length === 1)
    const [user, made] = stored[0] ?? ['', '']
    expect(user).toBe('ann')
    expect(made).toMatch(hash.startsWith('$2') ? /^\$2b\$12\$/ : /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verifyPassword(password, made)).toBe(true)
  })

  test('receives nothing for a hash as hashPassword makes it, nor for what is remembered (basic-auth/39)', async () => {
    const stored: string[] = []
    const users = {
      ann: await hashPassword('x'),
      // As hashPassword makes it, with a cost of 12.
      bob: '$2b$12$cn5ZvxdzS67JROW38TifYuU5xeojTHbQ8dLCZpcrZlz6qvcAcksia',
      cid: vectors[0]?.hash ?? '',
      eve: await cheapHash('x'),
    }
    const guard = basicAuth({ realm: 'shop', users, onRehash: (user) => stored.push(user) })
    for (const credentials of ['ann:x', 'bob:x', 'cid:password', 'eve:x', 'eve:x'])
      expect((await ask(guard, credentials)).body).toBe(prize)
    await until(() => stored.length === 1)
    expect(stored).toEqual(['eve'])
  })

  test('is called once for requests at once (basic-auth/39)', async () => {
    const stored: string[] = []
    const guard = basicAuth({
      realm: 'shop',
      users: { ann: cheapBcrypt, bob: await cheapHash('x') },
      onRehash: (user) => stored.push(user),
    })
    await Promise.all(Array.from({ length: 10 }, () => ask(guard, 'ann:U*U')))
    await until(() => stored.length === 1)
    await ask(guard, 'bob:x')
    await until(() => stored.length === 2)
    expect(stored).toEqual(['ann', 'bob'])
  })

  test('does not keep the request waiting, nor take the slot of one (basic-auth/39)', async () => {
    let begun = false
    const guard = basicAuth({
      realm: 'shop',
      users: { ann: cheapBcrypt },
      onRehash: () => {
        begun = true
        return new Promise(() => undefined)
      },
      maxConcurrent: 1,
      maxQueued: 0,
    })
    expect((await ask(guard, 'ann:U*U')).body).toBe(prize)
    expect(begun).toBe(false)
    await until(() => begun)
    expect((await ask(guard, 'ann:wrong')).status).toBe(401)
    expect(guard.statistics.verifications).toBe(2)
  })

  test('that fails is told of without the hash, and lets in all the same (basic-auth/40)', async () => {
    const failing = (user: string, hash: string): never => {
      throw new TypeError(`UPDATE users SET hash = '${hash}' WHERE name = '${user}'`)
    }
    for (const onRehash of [failing, async (user: string, hash: string) => failing(user, hash)]) {
      errors.length = 0
      const guard = basicAuth({ realm: 'shop', users: { ann: await cheapHash('x') }, onRehash })
      expect((await ask(guard, 'ann:x')).body).toBe(prize)
      await until(() => errors.length === 1)
      expect(errors).toEqual(['seaworthy: onRehash of basicAuth failed with TypeError'])
    }
  })

  test('needs stored hashes (basic-auth/40)', () => {
    expect(() => basicAuth({ realm: 'shop', verify: () => null, onRehash: () => undefined })).toThrow(
      expect.objectContaining({ code: 'ERR_BASIC_AUTH_OPTION' }),
    )
  })
})
