import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasDuplicateMembers } from './has-duplicate-members.ts'
import { createJwtVerifier } from './index.ts'
import { parseToken } from './parse-token.ts'
import { createTestIssuer } from './testing.ts'

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 10_000)
const issuer = createTestIssuer({ algorithm: 'Ed25519' })
const good = issuer.token()

const part = fc.oneof(
  fc.constantFrom(...good.split('.'), '=', '\n', '', '{}', 'e30', 'bnVsbA', 'W10'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.base64String({ maxLength: 40 }),
  fc.json().map((json) => Buffer.from(json).toString('base64url')),
  fc.dictionary(fc.string(), fc.jsonValue()).map((object) => Buffer.from(JSON.stringify(object)).toString('base64url')),
)
/** Text like that of tokens: its parts, and others, joined as they are and otherwise. */
const alike = fc.oneof(
  fc.tuple(part, part, part).map((parts) => parts.join('.')),
  fc.array(fc.oneof(part, fc.constantFrom('.', '..')), { maxLength: 8 }).map((pieces) => pieces.join('')),
)

describe('the parser of the form', () => {
  test('does not throw, and takes nothing that could be spelled otherwise (jwt/4)', () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.oneof(alike, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseToken(text)
        if (typeof parsed === 'string') return
        accepted++
        const parts = text.split('.')
        expect(parts.map((part) => Buffer.from(part, 'base64url').toString('base64url'))).toEqual(parts)
        expect(parts).toHaveLength(3)
      }),
      { numRuns },
    )
    expect(typeof parseToken(good)).toBe('object')
    expect(accepted).toBeGreaterThan(0)
  })

  test('sees duplicate members wherever they are, and no others (jwt/2) (jwt/4)', () => {
    const escaped = (name: string): string =>
      `"${[...name].map((char) => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, '0')).join('')}"`
    const names = fc.string({ unit: 'grapheme-ascii', maxLength: 4 })
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.jsonValue(), { noNullPrototype: true }),
        names,
        fc.nat(),
        (object, name, at) => {
          const json = JSON.stringify(object, undefined, at % 3)
          expect(hasDuplicateMembers(json)).toBe(false)
          const own = Object.keys(object)
          const repeated = own[at % (own.length || 1)] ?? name
          const members = own.map((key) => `${JSON.stringify(key)}:${JSON.stringify(object[key])}`)
          members.splice(
            at % (members.length + 1),
            0,
            `${at % 2 === 0 ? escaped(repeated) : JSON.stringify(repeated)}:0`,
          )
          expect(hasDuplicateMembers(`{${members.join(',')}}`)).toBe(own.length > 0)
          expect(hasDuplicateMembers(`[{"a":{${members.join(',')}}}]`)).toBe(own.length > 0)
        },
      ),
      { numRuns: Math.min(numRuns, 50_000) },
    )
  })
})

describe('a changed token', () => {
  const verifier = createJwtVerifier({ issuer: issuer.issuer, audience: 'https://api.test', jwks: issuer.jwks() })

  test('is never accepted, wherever it was changed (jwt/4)', async () => {
    expect(await verifier.verify(good)).toHaveProperty('principal')
    const changes = fc.record({
      at: fc.nat(good.length - 1),
      cut: fc.nat(3),
      add: fc.string({ unit: 'binary', maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, cut, add }) => {
        const changed = good.slice(0, at) + add + good.slice(at + cut)
        if (changed === good) return
        expect(await verifier.verify(changed)).toHaveProperty('denied')
      }),
      { numRuns: Math.min(numRuns, 100_000) },
    )
    expect(await verifier.verify(good)).toHaveProperty('principal')
  })

  test('is never accepted with a character of the alphabet in place of another (jwt/4)', async () => {
    for (let at = 0; at < good.length; at++) {
      const changed = good.slice(0, at) + (good[at] === 'A' ? 'B' : 'A') + good.slice(at + 1)
      expect(await verifier.verify(changed)).toHaveProperty('denied')
    }
  })
})
