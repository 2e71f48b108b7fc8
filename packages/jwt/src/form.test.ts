import { Buffer } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ask, claims, encode, hmacToken, prize, secret } from './forge.test-kit.ts'
import { jwt } from './index.ts'
import { createTestIssuer } from './testing.ts'

const issuer = createTestIssuer()
const guard = jwt({ issuer: issuer.issuer, audience: 'https://api.test', jwks: issuer.jwks() })
const good = issuer.token()
const [header = '', payload = '', signature = ''] = good.split('.')

const hmac = jwt({
  issuer: issuer.issuer,
  audience: 'https://api.test',
  jwks: [{ secret, alg: 'HS256' }],
})
/** A token whose signature is good, over text that need not be. */
const signed = (head: string, body: string): string => hmacToken(head, body, secret)
const head = '{"alg":"HS256"}'
const body = JSON.stringify(claims())

describe('the form of a token', () => {
  test('a good one passes, or nothing below would show anything (jwt/1)', async () => {
    expect((await ask(guard, good)).body).toBe(prize)
    expect((await ask(hmac, signed(head, body))).body).toBe(prize)
    expect((await ask(hmac, signed(` {\n"alg" : "HS256"}`, ` ${body} `))).body).toBe(prize)
    expect((await ask(hmac, signed(head, JSON.stringify(claims({ name: 'Zoë \u{1f600} \ufffd' }))))).body).toBe(prize)
  })

  test.each([
    ['nothing but dots', '..'],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${good}.${signature}`],
    ['five parts, as JWE has', `${header}.${payload}.${signature}.${payload}.${signature}`],
    ['no header', `.${payload}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['padding', `${good}=`],
    ['padding of a part', `${header}=.${payload}.${signature}`],
    ['a space within', `${header} .${payload}.${signature}`],
    ['a tab within', `${header}.${payload}\t.${signature}`],
    ['the other alphabet', `${header}.${payload}.${signature.slice(0, -4)}a+/A`],
    ['percent-encoding', `${header}.${payload}.${signature.slice(0, -4)}%41`],
    ['a null', `${good}\u0000`],
    ['a part of impossible length', `${header}.${payload}a.${signature}`],
    ['JSON serialisation', JSON.stringify({ protected: header, payload, signature })],
    ['quotes', `"${good}"`],
    ['a name before it', `jwt=${good}`],
  ])('%s is 401 (jwt/1)', async (_what, token) => {
    expect(
      await ask(
        jwt({ issuer: issuer.issuer, audience: 'https://api.test', jwks: issuer.jwks(), extract: () => token }),
      ),
    ).toMatchObject({
      status: 401,
      body: expect.not.stringContaining(prize),
    })
  })

  test.each(['\n', '\r\n', '\u00a0', '\u2028', '\ufeff', '\ud800', 'é', '．'])(
    '%j anywhere is 401 (jwt/1)',
    async (text) => {
      for (const token of [
        `${text}${good}`,
        `${good}${text}`,
        good.replace('.', `${text}.`),
        good.replace('.', text),
      ]) {
        const custom = jwt({
          issuer: issuer.issuer,
          audience: 'https://api.test',
          jwks: issuer.jwks(),
          extract: () => token,
        })
        expect((await ask(custom)).status).toBe(401)
      }
    },
  )

  test('another spelling of the same bytes is 401 (jwt/1)', async () => {
    const spellings: string[] = []
    for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const other = signature.slice(0, -1) + char
      if (other !== signature && Buffer.from(other, 'base64url').equals(Buffer.from(signature, 'base64url'))) {
        spellings.push(other)
      }
    }
    expect(spellings.length).toBeGreaterThan(0)
    for (const other of spellings) expect((await ask(guard, `${header}.${payload}.${other}`)).status).toBe(401)
  })

  test('one of more than 8 KiB is 401, one of 8 KiB is read (jwt/1)', async () => {
    const sized = (length: number): string => {
      const padding = (name: string): string => signed(head, JSON.stringify(claims({ name })))
      let name = 'x'.repeat(5800)
      while (padding(name).length < length) name += 'x'
      return padding(name)
    }
    const fits = sized(8180)
    expect(fits.length).toBeLessThanOrEqual(8192)
    expect((await ask(hmac, fits)).body).toBe(prize)
    expect((await ask(hmac, sized(8193))).status).toBe(401)
    expect((await ask(hmac, signed(head, 'x'.repeat(5_000_000)))).status).toBe(401)
  })

  test.each([
    'null',
    '1',
    '"text"',
    '[]',
    'true',
    '',
    '{',
    '{"alg":"HS256"}x',
    `{'alg':'HS256'}`,
    '\ufeff{"alg":"HS256"}',
  ])('a header or payload that is %j is 401 (jwt/1)', async (text) => {
    expect((await ask(hmac, signed(text, body))).status).toBe(401)
    expect((await ask(hmac, signed(head, text.replace(head, body)))).status).toBe(401)
  })

  test('bytes that are not UTF-8 are 401 (jwt/1)', async () => {
    const bytes = Buffer.from(JSON.stringify(claims({ name: '@' })))
    bytes[bytes.lastIndexOf('@')] = 0xff
    const text = `${encode(head)}.${bytes.toString('base64url')}`
    expect((await ask(hmac, signedText(text))).status).toBe(401)
    bytes[bytes.lastIndexOf(0xff)] = 0x41
    expect((await ask(hmac, signedText(`${encode(head)}.${bytes.toString('base64url')}`))).body).toBe(prize)
  })

  test('deep nesting is 401, that of real claims is read (jwt/1)', async () => {
    const nested = (depth: number): string =>
      signed(head, body.replace(/}$/, `,"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`))
    expect((await ask(hmac, nested(20))).body).toBe(prize)
    expect((await ask(hmac, nested(40))).status).toBe(401)
    expect((await ask(hmac, nested(2900))).status).toBe(401)
    const brackets = signed(head, JSON.stringify(claims({ text: '[{'.repeat(100) + '\\"' })))
    expect((await ask(hmac, brackets)).body).toBe(prize)
  })
})

describe('two members of one name', () => {
  const withMember = (text: string): string => body.replace('{', `{${text},`)

  test.each([
    ['in the payload', head, withMember('"sub":"admin"')],
    ['escaped', head, withMember(String.raw`"\u0073ub":"admin"`)],
    ['escaped in capitals', head, withMember(String.raw`"s\u0075b":"admin"`)],
    ['in the header', '{"alg":"none","alg":"HS256"}', body],
    ['escaped in the header', String.raw`{"\u0061lg":"none","alg":"HS256"}`, body],
    ['in an object within', head, withMember('"realm":{"roles":["a"],"roles":["b"]}')],
    ['in a list', head, withMember('"list":[1,{"a":1,"b":[],"a":2}]')],
    ['of equal value', head, withMember('"x":1,"x":1')],
    ['with an empty name', head, withMember('"":1,"":1')],
    ['named __proto__', head, withMember('"__proto__":1,"__proto__":1')],
  ])('are 401: %s (jwt/2)', async (_what, first, second) => {
    expect((await ask(hmac, signed(first, second))).status).toBe(401)
  })

  test.each([
    ['names in objects beside each other', '"list":[{"a":1},{"a":2}]'],
    ['a name as a value', '"x":"x","y":["x","x"]'],
    ['numbers as names, out of order', '"2":1,"1":1'],
    ['numbers as JSON writes them twice', '"n":1.0,"m":1e2'],
    ['names that differ in their case', '"a":1,"A":2'],
    ['quotes and backslashes', String.raw`"a\"":1,"a\\":2,"\\":"{\"a\":1,\"a\":2}"`],
    ['white space', ' "a" :\t1 , \n"b": { } '],
  ])('are not seen in %s (jwt/2)', async (_what, text) => {
    expect((await ask(hmac, signed(head, withMember(text)))).body).toBe(prize)
  })
})

describe('critical headers', () => {
  test.each([
    { crit: ['exp'] },
    { crit: [] },
    { crit: ['b64'], b64: true },
    { crit: ['b64'], b64: false },
    { b64: false },
    { b64: true },
    { crit: ['x'], x: 1 },
    { crit: null },
    { crit: 'exp' },
    { crit: {} },
    { crit: ['alg', 'alg'] },
    { crit: ['http://example.invalid/UNDEFINED'], 'http://example.invalid/UNDEFINED': true },
  ])('%j is 401 (jwt/3)', async (more) => {
    expect((await ask(hmac, signed(JSON.stringify({ alg: 'HS256', ...more }), body))).status).toBe(401)
  })

  test('an encrypted token is 401, also in three parts (jwt/1)', async () => {
    expect((await ask(hmac, signed('{"alg":"HS256","enc":"A256GCM"}', body))).status).toBe(401)
    expect((await ask(hmac, `${encode({ alg: 'dir', enc: 'A256GCM' })}..aaaa.aaaa.aaaa`)).status).toBe(401)
  })
})

function signedText(text: string): string {
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
