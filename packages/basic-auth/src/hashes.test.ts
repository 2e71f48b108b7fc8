import { middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { ask, cheapBcrypt, cheapHash, encode, prize } from './forge.test-kit.ts'
import { truncated, vectors } from './hash-vectors.test-kit.ts'
import { allowUnsafeHashes, basicAuth, verifyPassword } from './index.ts'

const salt = 'c2FsdHNhbHRzYWx0'
const digest = 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'

describe('hashes that others have printed', () => {
  test.each(vectors)('verify: $source (basic-auth/10)', async ({ password, hash }) => {
    expect(await verifyPassword(password, hash)).toBe(true)
    for (const other of ['', password.slice(1)]) expect(await verifyPassword(other, hash)).toBe(false)
    const guard = basicAuth({ realm: 'shop', users: { ann: hash } })
    expect((await ask(guard, `ann:${password}`)).body).toBe(prize)
    expect((await ask(guard, `ann:${password}x`)).status).toBe(401)
  })

  test.each(vectors)('do not verify when they were changed: $source (basic-auth/10)', async ({ password, hash }) => {
    const end = hash.slice(-8)
    const changed = hash.slice(0, -8) + end.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))
    expect(changed).not.toBe(hash)
    expect(await verifyPassword(password, changed)).toBe(false)
  })

  test('of bcrypt verify with $2a$, $2b$ and $2y$ alike (basic-auth/10)', async () => {
    for (const version of ['a', 'b', 'y'])
      expect(await verifyPassword('U*U', cheapBcrypt.replace('$2a$', `$2${version}$`))).toBe(true)
  })
})

describe('hashing', () => {
  const slow = [
    ['argon2id', `$argon2id$v=19$m=65536,t=4,p=1$${salt}$${digest}`],
    ['scrypt', `$scrypt$ln=16,r=8,p=1$${salt}$${digest}`],
    ['pbkdf2', `$pbkdf2-sha256$i=200000$${salt}$${digest}`],
    ['bcrypt', cheapBcrypt.replace('$05$', '$10$')],
  ] as const

  test.each(slow)('by %s leaves the loop free (basic-auth/11)', async (_kind, hash) => {
    let turns = 0
    let running = true
    const turn = (): void => {
      turns++
      if (running) setImmediate(turn)
    }
    setImmediate(turn)
    expect(await verifyPassword('password', hash)).toBe(false)
    running = false
    expect(turns).toBeGreaterThan(5)
  })
})

describe('a password of more than 72 bytes', () => {
  const first = truncated.password.slice(0, 72)

  test('is refused before bcrypt, which would leave out the end (basic-auth/12)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { ann: truncated.hash } })
    expect((await ask(guard, `ann:${first}`)).body).toBe(prize)
    expect(guard.statistics.verifications).toBe(1)
    expect((await ask(guard, `ann:${truncated.password}`)).status).toBe(401)
    expect((await ask(guard, `ann:${first}x`)).status).toBe(401)
    expect(guard.statistics.verifications).toBe(1)
    expect(await verifyPassword(first, truncated.hash)).toBe(true)
    expect(await verifyPassword(truncated.password, truncated.hash)).toBe(false)
  })

  test('counts in bytes, and only for bcrypt (basic-auth/12)', async () => {
    const password = '\u00E9'.repeat(37)
    const guard = basicAuth({ realm: 'shop', users: { ann: cheapBcrypt, bob: await cheapHash(password) } })
    expect((await ask(guard, `ann:${password}`)).status).toBe(401)
    expect(guard.statistics.verifications).toBe(0)
    expect((await ask(guard, `bob:${password}`)).body).toBe(prize)
  })
})

const unknownForms = [
  ['nothing', ''],
  ['a password', 'open sesame'],
  ['a kind that is not known', '$7$abc'],
  ['sha-crypt', '$6$rounds=5000$salt$digest'],
  ['MD5 crypt', '$1$salt$qJH7.N4xYta3aEG/dfqo/0'],
  ['argon2d', `$argon2d$v=19$m=65536,t=2,p=1$${salt}$${digest}`],
  ['argon2 of a version that is not known', `$argon2id$v=20$m=65536,t=2,p=1$${salt}$${digest}`],
  ['argon2 with a key id', `$argon2id$v=19$m=65536,t=2,p=1,keyid=Zm9v$${salt}$${digest}`],
  ['argon2 without a digest', `$argon2id$v=19$m=65536,t=2,p=1$${salt}`],
  ['argon2 with padding', `$argon2id$v=19$m=65536,t=2,p=1$${salt}$${digest}=`],
  ['argon2 with unused bits that are set', `$argon2id$v=19$m=65536,t=2,p=1$${salt}$${digest.slice(0, -1)}d`],
  ['argon2 with a sign', `$argon2id$v=19$m=+65536,t=2,p=1$${salt}$${digest}`],
  ['argon2 with white space after it', `$argon2id$v=19$m=65536,t=2,p=1$${salt}$${digest}\n`],
  ['bcrypt of the broken $2x$', cheapBcrypt.replace('$2a$', '$2x$')],
  ['bcrypt of the first $2$', cheapBcrypt.replace('$2a$', '$2$')],
  ['bcrypt that is too short', cheapBcrypt.slice(0, -1)],
  ['bcrypt that is too long', `${cheapBcrypt}.`],
  ['bcrypt with unused bits that are set', `${cheapBcrypt.slice(0, -1)}V`],
  ['PBKDF2 with MD5', `$pbkdf2-md5$i=1000$${salt}$${digest}`],
  ['PBKDF2 whose length is another', `$pbkdf2-sha256$i=1000,l=16$${salt}$${digest}`],
  ['base64 alone', digest],
  ['more than 512 characters', `$scrypt$ln=4,r=8,p=1$${salt}$${'A'.repeat(600)}`],
] as const

const outOfBounds = [
  ['4 GiB of memory', `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${digest}`],
  ['more memory than a number holds', `$argon2id$v=19$m=9999999999,t=1,p=1$${salt}$${digest}`],
  ['257 MiB of memory', `$argon2id$v=19$m=263168,t=1,p=1$${salt}$${digest}`],
  ['no memory', `$argon2id$v=19$m=0,t=1,p=1$${salt}$${digest}`],
  ['less memory than its lanes need', `$argon2id$v=19$m=15,t=1,p=2$${salt}$${digest}`],
  ['65 passes', `$argon2id$v=19$m=8,t=65,p=1$${salt}$${digest}`],
  ['no pass', `$argon2id$v=19$m=8,t=0,p=1$${salt}$${digest}`],
  ['256 MiB five times over', `$argon2id$v=19$m=262144,t=5,p=1$${salt}$${digest}`],
  ['17 lanes', `$argon2id$v=19$m=65536,t=1,p=17$${salt}$${digest}`],
  ['a salt of 7 bytes', `$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbA$${digest}`],
  ['a salt of 66 bytes', `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(88)}$${digest}`],
  ['a digest of 4 bytes', `$argon2id$v=19$m=8,t=1,p=1$${salt}$c2FsdA`],
  ['a digest of 66 bytes', `$scrypt$ln=4,r=8,p=1$${salt}$${'A'.repeat(88)}`],
  ['scrypt of 2 GiB', `$scrypt$ln=21,r=8,p=1$${salt}$${digest}`],
  ['scrypt of 256 MiB five times over', `$scrypt$ln=18,r=8,p=5$${salt}$${digest}`],
  ['scrypt with ln of 63', `$scrypt$ln=63,r=1,p=1$${salt}$${digest}`],
  ['scrypt without blocks', `$scrypt$ln=14,r=0,p=1$${salt}$${digest}`],
  ['PBKDF2 of five million and one', `$pbkdf2-sha256$i=5000001$${salt}$${digest}`],
  ['PBKDF2 without iterations', `$pbkdf2-sha256$i=0$${salt}$${digest}`],
  ['bcrypt with a cost of 16', cheapBcrypt.replace('$05$', '$16$')],
  ['bcrypt with a cost of 31', cheapBcrypt.replace('$05$', '$31$')],
  ['bcrypt with a cost of 3', cheapBcrypt.replace('$05$', '$03$')],
] as const

describe('at the start', () => {
  test.each(unknownForms)('%s is refused (basic-auth/13)', async (_what, hash) => {
    const refused = expect.objectContaining({ code: 'ERR_BASIC_AUTH_HASH' })
    expect(() => basicAuth({ realm: 'shop', users: { ann: hash } })).toThrow(refused)
    await expect(verifyPassword('open sesame', hash)).rejects.toThrow(refused)
  })

  test.each(outOfBounds)('a hash with %s is refused (basic-auth/14)', async (_what, hash) => {
    const refused = expect.objectContaining({
      code: 'ERR_BASIC_AUTH_HASH',
      message: expect.stringMatching(/from \d+ to \d+/),
    })
    expect(() => basicAuth({ realm: 'shop', users: { ann: hash } })).toThrow(refused)
    await expect(verifyPassword('open sesame', hash)).rejects.toThrow(refused)
  })

  test('hashes at the bounds are taken (basic-auth/14)', () => {
    for (const hash of [
      `$argon2id$v=19$m=262144,t=4,p=16$${salt}$${digest}`,
      `$argon2id$v=19$m=8,t=64,p=1$${salt}$${digest}`,
      `$scrypt$ln=18,r=8,p=4$${salt}$${digest}`,
      `$pbkdf2-sha512$i=5000000$${salt}$${digest}`,
      cheapBcrypt.replace('$05$', '$15$'),
      cheapBcrypt.replace('$05$', '$04$'),
    ])
      expect(basicAuth({ realm: 'shop', users: { ann: hash } }).scheme).toBe('basic')
  })
})

describe('a hash that a look-up gives', () => {
  test.each([...unknownForms, ...outOfBounds])('with %s is 503 (basic-auth/15)', async (_what, hash) => {
    const errors: unknown[] = []
    const guard = basicAuth({ realm: 'shop', lookup: async () => ({ hash }) })
    const watch = middleware({ after: (x) => void errors.push(x.error) })
    const app = new Hono().use(watch).get('/', guard, (c) => c.text(prize))
    const response = await app.request('https://shop.example/', {
      headers: { authorization: `Basic ${encode('ann:open sesame')}` },
    })
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain(prize)
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_BASIC_AUTH_HASH' })])
    expect(guard.statistics.verifications).toBe(0)
  })

  test('that is no text is 503 as well (basic-auth/15)', async () => {
    for (const user of [{}, { hash: undefined }, { hash: 1 }, { hash: null }, 'hash', true])
      expect((await ask(basicAuth({ realm: 'shop', lookup: () => user as { hash: string } }), 'ann:x')).status).toBe(
        503,
      )
  })
})

describe('unsafe kinds', () => {
  const kinds = [
    ['apr1', '$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/'],
    ['sha1', '{SHA}VBPuJHI7uixaa6LQGWx4s+5GKNE='],
    ['plain', 'myPassword'],
  ] as const

  test.each(kinds)('%s verifies only where it is allowed by name (basic-auth/16)', async (kind, hash) => {
    const users = { ann: hash }
    const others = kinds.map(([other]) => other).filter((other) => other !== kind)
    for (const unsafe of [{}, { [allowUnsafeHashes]: [] }, { [allowUnsafeHashes]: others }])
      expect(() => basicAuth({ realm: 'shop', users, ...unsafe })).toThrow(
        expect.objectContaining({ code: 'ERR_BASIC_AUTH_HASH' }),
      )
    const guard = basicAuth({ realm: 'shop', users, [allowUnsafeHashes]: [kind] })
    expect((await ask(guard, 'ann:myPassword')).body).toBe(prize)
    expect((await ask(guard, 'ann:myPasswore')).status).toBe(401)
    expect((await ask(guard, 'ann:')).status).toBe(401)
    expect((await ask(guard, `ann:${hash} `)).status).toBe(401)
  })

  test.each(kinds.slice(0, 2))('the text of %s is no password (basic-auth/16)', async (kind, hash) => {
    const guard = basicAuth({ realm: 'shop', users: { ann: hash }, [allowUnsafeHashes]: [kind, 'plain'] })
    expect((await ask(guard, `ann:${hash}`)).status).toBe(401)
    expect((await ask(guard, 'ann:myPassword')).body).toBe(prize)
  })

  test('what begins like a hash is never taken for a password (basic-auth/16)', () => {
    for (const hash of ['$6$salt$digest', '$2b$12$short', '{SSHA}abc', '$argon2id$', ''])
      expect(() =>
        basicAuth({ realm: 'shop', users: { ann: hash }, [allowUnsafeHashes]: ['plain', 'apr1', 'sha1'] }),
      ).toThrow(expect.objectContaining({ code: 'ERR_BASIC_AUTH_HASH' }))
  })
})

describe('apr1', () => {
  // As `openssl passwd -apr1` makes it: the lengths take every way through the algorithm.
  test.each([
    ['', '$apr1$saltsalt$a8ml/vK5HEjiZ5oypDWA7/'],
    ['a', '$apr1$saltsalt$OEnK0QmmvoDzFw9W2yFYT/'],
    ['ab', '$apr1$saltsalt$ECPS6hE0yX5z//utwLcvK.'],
    ['abcdefghijklmno', '$apr1$saltsalt$Oxa1yiGkBG8LUPLnp6LoW1'],
    ['0123456789abcdef', '$apr1$saltsalt$noZiBycUL1t9WTQEO7/nr1'],
    ['0123456789abcdefg', '$apr1$saltsalt$zEghXWGhM0psocYwTG.hX1'],
    ['x'.repeat(100), '$apr1$saltsalt$t8Bg6KAOIAvN1C1bTuHzZ0'],
    ['p\u00E4ssw\u00F6rd', '$apr1$saltsalt$i5XfNxJNeh2E8ljXycZFm0'],
    ['myPassword', '$apr1$s$fFjVJv5a9CSUWqu.h1G450'],
  ])('of %j verifies (basic-auth/16)', async (password, hash) => {
    const options = { [allowUnsafeHashes]: ['apr1'] } as const
    expect(await verifyPassword(password, hash, options)).toBe(true)
    expect(await verifyPassword(`${password}.`, hash, options)).toBe(false)
  })
})
