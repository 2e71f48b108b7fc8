import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askWith, cheapHash, encode, prize } from './forge.test-kit.ts'
import { basicAuth } from './index.ts'
import { parseCredentials } from './parse-credentials.ts'
import { parseHash } from './parse-hash.ts'
import { parseHtpasswd } from './parse-htpasswd.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const good = encode('Aladdin:open sesame')

const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.base64String({ maxLength: 80 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => encode(bytes)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encode(`user:${text}`)),
)

describe('the parser of credentials', () => {
  test('does not throw, and takes nothing that could be written otherwise (basic-auth/9)', () => {
    let accepted = 0
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseCredentials(text, false)
        if (!parsed) return
        accepted++
        expect(encode(`${parsed.user}:${parsed.password}`)).toBe(text)
        expect(parsed.user).not.toContain(':')
        expect(`${parsed.user}${parsed.password}`).not.toMatch(/\p{Cc}/u)
      }),
      { numRuns },
    )
    expect(accepted).toBeGreaterThan(0)
  })

  test('reads whatever may be sent, exactly (basic-auth/9)', () => {
    const sendable = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !/\p{Cc}/u.test(text))
    fc.assert(
      fc.property(sendable, sendable, (user, password) => {
        fc.pre(!user.includes(':'))
        expect(parseCredentials(encode(`${user}:${password}`), false)).toEqual({ user, password })
      }),
      { numRuns },
    )
  })
})

describe('changed credentials', () => {
  test('are never accepted, wherever they were changed (basic-auth/9)', async () => {
    const guard = basicAuth({
      realm: 'shop',
      verify: (user, password) => user === 'Aladdin' && password === 'open sesame',
    })
    expect((await askWith(guard, `Basic ${good}`)).body).toBe(prize)
    const changes = fc.record({
      at: fc.nat(good.length - 1),
      cut: fc.nat(3),
      add: fc.oneof(fc.base64String({ maxLength: 4 }), fc.string({ maxLength: 3 })),
    })
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, cut, add }) => {
        const changed = good.slice(0, at) + add + good.slice(at + cut)
        // Spaces at the ends are none of the credentials (RFC 9110 §11.4).
        if (changed.trim() === good || !/^[\x20-\x7e]*$/.test(changed)) return
        expect((await askWith(guard, `Basic ${changed}`)).body).not.toContain(prize)
      }),
      { numRuns: Math.min(numRuns, 100_000) },
    )
  })
})

describe('the readers of hashes and files', () => {
  test('refuse with an error of ours that says nothing of what they read (basic-auth/9) (basic-auth/21)', async () => {
    const hash = await cheapHash('x')
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }).map((tail) => `$${tail}`),
      fc
        .constantFrom('$argon2id$', '$2b$', '$scrypt$', '$pbkdf2-sha256$', '$apr1$', '{SHA}')
        .chain((head) => fc.string({ maxLength: 60 }).map((tail) => head + tail)),
      fc
        .record({ at: fc.nat(hash.length - 1), add: fc.string({ minLength: 1, maxLength: 3 }) })
        .map(({ at, add }) => hash.slice(0, at) + add + hash.slice(at)),
    )
    let refused = 0
    fc.assert(
      fc.property(text, (written) => {
        try {
          parseHash(written, ['apr1', 'sha1'])
        } catch (error) {
          refused++
          expect(error).toMatchObject({ code: 'ERR_BASIC_AUTH_HASH' })
          if (written.length > 20) expect(String(error)).not.toContain(written.slice(12))
        }
      }),
      { numRuns },
    )
    expect(refused).toBeGreaterThan(0)
  })

  test('a file gives each line once, or names the line (basic-auth/9) (basic-auth/19)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          for (const { user, line } of parseHtpasswd(text)) {
            expect(user).not.toContain(':')
            expect(line).toBeGreaterThan(0)
          }
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_BASIC_AUTH_HTPASSWD', message: expect.stringMatching(/^Line \d+ /) })
        }
      }),
      { numRuns },
    )
    expect(Buffer.from(good, 'base64').toString()).toBe('Aladdin:open sesame')
  })
})
