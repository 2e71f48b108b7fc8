import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { ask, cheapHash, prize } from './forge.test-kit.ts'
import { allowUnsafeHashes, basicAuth, hashPassword, verifyPassword } from './index.ts'

describe('hashPassword', () => {
  test('makes argon2id with 19 MiB and 2 passes (basic-auth/41)', async () => {
    const [one, two] = [await hashPassword('open sesame'), await hashPassword('open sesame', { algorithm: 'argon2id' })]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(two)
    const guard = basicAuth({ realm: 'shop', users: { ann: one, bob: two } })
    for (const name of ['ann', 'bob']) expect((await ask(guard, `${name}:open sesame`)).body).toBe(prize)
  })

  test('makes bcrypt with a cost of 12, of up to 72 bytes (basic-auth/41) (basic-auth/42)', async () => {
    const password = 'x'.repeat(72)
    const hash = await hashPassword(password, { algorithm: 'bcrypt' })
    expect(hash).toMatch(/^\$2b\$12\$[./A-Za-z0-9]{53}$/)
    expect(await verifyPassword(password, hash)).toBe(true)
  })

  test('normalizes as the guard does (basic-auth/41)', async () => {
    const [composed, decomposed] = ['\u00E9', 'e\u0301']
    const hash = await hashPassword(decomposed)
    expect(await verifyPassword(composed, hash)).toBe(true)
    expect(await verifyPassword(composed, hash, { normalize: false })).toBe(true)
    expect(await verifyPassword(decomposed, hash, { normalize: false })).toBe(false)
    expect(await verifyPassword(decomposed, await hashPassword(decomposed, { normalize: false }))).toBe(false)
    expect((await ask(basicAuth({ realm: 'shop', users: { ann: hash } }), `ann:${decomposed}`)).body).toBe(prize)
  })

  test.each([
    ['control characters', 'open\u0000sesame', {}],
    ['a line end', 'open sesame\n', {}],
    ['half of a surrogate pair', 'open\uD800sesame', {}],
    ['more than 1024 bytes', '\u00E9'.repeat(513), {}],
    ['more than 72 bytes for bcrypt', '\u00E9'.repeat(37), { algorithm: 'bcrypt' }],
  ] as const)('refuses %s, and does not say what (basic-auth/42)', async (_what, password, options) => {
    await expect(hashPassword(password, options)).rejects.toThrow(
      expect.objectContaining({
        code: 'ERR_BASIC_AUTH_PASSWORD',
        message: expect.not.stringContaining(password.slice(0, 4)),
      }),
    )
  })

  test('refuses an algorithm that it does not have (basic-auth/42)', async () => {
    // @ts-expect-error there is no such algorithm
    const hashing = hashPassword('open sesame', { algorithm: 'md5' })
    await expect(hashing).rejects.toThrow(expect.objectContaining({ code: 'ERR_BASIC_AUTH_OPTION' }))
  })

  test('takes 1024 bytes, and none (basic-auth/42)', async () => {
    const long = '\u00E9'.repeat(512)
    expect(await verifyPassword(long, await hashPassword(long))).toBe(true)
    expect(Buffer.byteLength(long)).toBe(1024)
    expect(await verifyPassword('', await hashPassword(''))).toBe(true)
  })
})

describe('verifyPassword', () => {
  test('rejects for a hash that it does not take, and is false for a password that nobody could send (basic-auth/43)', async () => {
    const sha1 = '{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE='
    await expect(verifyPassword('myPassword', sha1)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_BASIC_AUTH_HASH' }),
    )
    expect(await verifyPassword('myPassword', sha1, { [allowUnsafeHashes]: ['sha1'] })).toBe(true)
    // In UTF-8 both would be the replacement character.
    expect(await verifyPassword('\uD800', await cheapHash('\uFFFD'))).toBe(false)
    expect(await verifyPassword('\uFFFD', await cheapHash('\uFFFD'))).toBe(true)
  })
})
