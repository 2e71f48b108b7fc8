import { beforeAll, describe, expect, test } from 'vitest'
import { ask, askWith, cheapHash, encode, prize } from './forge.test-kit.ts'
import { basicAuth, type BasicAuthenticator } from './index.ts'
import { rfc7617, rfc7617Challenge } from './rfc-7617.test-kit.ts'

/** A guard that lets in whoever has the credentials `user:password`, and remembers what it was asked. */
function listening(): { guard: BasicAuthenticator<'basic', string, never>; heard: string[][] } {
  const heard: string[][] = []
  const guard = basicAuth({
    realm: 'shop',
    verify: (user, password) => {
      heard.push([user, password])
      return user === 'user' && password === 'password' ? user : null
    },
  })
  return { guard, heard }
}

describe('the examples of RFC 7617', () => {
  test.each(rfc7617)('§$section: $user verifies (basic-auth/1)', async ({ user, password, credentials }) => {
    const guard = basicAuth({ realm: 'foo', users: { [user]: await cheapHash(password) } })
    expect((await askWith(guard, `Basic ${credentials}`)).body).toBe(prize)
    expect((await ask(guard, `${user}:${password}!`)).challenge).toBe(rfc7617Challenge)
  })
})

describe('the challenge', () => {
  test('names realm and charset, whatever went wrong (basic-auth/2)', async () => {
    const { guard } = listening()
    for (const credentials of [undefined, 'user:wrong', 'nonsense'])
      expect(await ask(guard, credentials)).toMatchObject({
        status: 401,
        challenge: 'Basic realm="shop", charset="UTF-8"',
      })
  })

  test('quotes the realm by RFC 9110 (basic-auth/2)', async () => {
    const guard = basicAuth({ realm: 'say "hi\\', users: {} })
    expect((await ask(guard)).challenge).toBe(String.raw`Basic realm="say \"hi\\", charset="UTF-8"`)
  })

  test.each(['', 'a\nb', 'a\u0000', 'Büro', 'a\u007F'])('refuses the realm %j at the start (basic-auth/2)', (realm) => {
    expect(() => basicAuth({ realm, users: {} })).toThrow(expect.objectContaining({ code: 'ERR_BASIC_AUTH_REALM' }))
  })
})

describe('the scheme', () => {
  test.each(['Basic', 'basic', 'BASIC', 'bAsIc'])('is known without case: %s (basic-auth/3)', async (scheme) => {
    const { guard } = listening()
    expect((await askWith(guard, `${scheme} ${encode('user:password')}`)).body).toBe(prize)
    expect((await askWith(guard, `${scheme}   ${encode('user:password')}`)).body).toBe(prize)
  })

  test('another one is no credentials, and several are 400 (basic-auth/3)', async () => {
    const { guard, heard } = listening()
    const good = encode('user:password')
    for (const other of [`Bearer ${good}`, `Basically ${good}`, `Basic\t${good}`, `"Basic" ${good}`])
      expect((await askWith(guard, other)).status).toBe(401)
    for (const several of [`Basic ${good}, Basic ${good}`, `Basic ${good},Bearer x`])
      expect((await askWith(guard, several)).status).toBe(400)
    expect(heard).toEqual([])
  })
})

describe('name and password', () => {
  test('are split at the first colon, and may be empty (basic-auth/4)', async () => {
    const { guard, heard } = listening()
    for (const credentials of ['u:a:b', ':', 'u:', ':p', '::', 'u::']) await ask(guard, credentials)
    expect(heard).toEqual([
      ['u', 'a:b'],
      ['', ''],
      ['u', ''],
      ['', 'p'],
      ['', ':'],
      ['u', ':'],
    ])
  })

  test('may be empty for a stored user as well (basic-auth/4)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { '': await cheapHash(''), ann: await cheapHash('') } })
    expect((await ask(guard, ':')).body).toBe(prize)
    expect((await ask(guard, 'ann:')).body).toBe(prize)
    expect((await ask(guard, ': ')).status).toBe(401)
  })

  test('have no control characters (basic-auth/5)', async () => {
    const { guard, heard } = listening()
    for (const control of ['\u0000', '\t', '\n', '\r', '\u001B', '\u007F', '\u0085'])
      for (const credentials of [`us${control}er:password`, `user:pass${control}word`, `user:password${control}`])
        expect((await ask(guard, credentials)).status).toBe(401)
    expect(heard).toEqual([])
  })

  test('are UTF-8 to the letter (basic-auth/6)', async () => {
    const { guard, heard } = listening()
    const user = [...Buffer.from('user:')]
    for (const bytes of [
      [0xa3],
      [0xc0, 0x80],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xff],
      [0xc1, 0xbf],
    ])
      expect((await askWith(guard, `Basic ${encode(Uint8Array.from([...user, ...bytes]))}`)).status).toBe(401)
    expect(heard).toEqual([])
  })

  test('keep a byte order mark, which is a part of the name (basic-auth/6)', async () => {
    const { guard, heard } = listening()
    expect((await ask(guard, '\uFEFFuser:password')).status).toBe(401)
    expect((await ask(guard, 'user:\uFEFFpassword')).status).toBe(401)
    expect(heard).toEqual([
      ['\uFEFFuser', 'password'],
      ['user', '\uFEFFpassword'],
    ])
  })
})

describe('base64', () => {
  const good = encode('user:password')

  test.each([
    ['white space inside', `${good.slice(0, 4)} ${good.slice(4)}`],
    ['a tab inside', `${good.slice(0, 4)}\t${good.slice(4)}`],
    ['no padding', encode('user:passw').replaceAll('=', '')],
    ['too much padding', `${good}=`],
    ['padding inside', `${encode('u')}${encode('ser:password')}`],
    ['unused bits that are set', encode('user:passw').replace(/.==$/, 'x==')],
    ['another alphabet', encode('user:\u00FF\u00FF>?>?').replaceAll('/', '_').replaceAll('+', '-')],
    ['garbage after it', `${good}!`],
    ['garbage inside', `${good.slice(0, 4)}!!!!${good.slice(4)}`],
    ['a percent sign', `${good.slice(0, 4)}%3D${good.slice(4)}`],
    ['no base64 at all', 'user:password'],
    ['no colon', encode('userpassword')],
    ['nothing', ''],
    ['more than 4096 characters', encode(`user:${'p'.repeat(4096)}`)],
  ])('with %s is 401 (basic-auth/7)', async (_what, text) => {
    const { guard, heard } = listening()
    expect(await askWith(guard, `Basic ${text}`)).toMatchObject({
      status: 401,
      body: expect.not.stringContaining(prize),
    })
    expect(heard).toEqual([])
  })

  test('of 4096 characters, or with an upper alphabet, is read (basic-auth/7)', async () => {
    const { guard, heard } = listening()
    const password = `${'p'.repeat(3060)}\u00FB\u00FE?`
    expect((await ask(guard, `user:${password}`)).status).toBe(401)
    expect(heard).toEqual([['user', password]])
  })
})

describe('normalization', () => {
  const composed = '\u00E9'
  const decomposed = 'e\u0301'
  let hashes: readonly [string, string]
  beforeAll(async () => {
    hashes = [await cheapHash(composed), await cheapHash(decomposed)]
  })

  test('makes two ways of writing a letter one, for names and passwords (basic-auth/8)', async () => {
    for (const name of [composed, decomposed]) {
      const guard = basicAuth({ realm: 'shop', users: { [name]: hashes[0] } })
      for (const credentials of [`${composed}:${composed}`, `${decomposed}:${decomposed}`, `${composed}:${decomposed}`])
        expect((await ask(guard, credentials)).body).toBe(prize)
    }
  })

  test('is given to functions (basic-auth/8)', async () => {
    const { guard, heard } = listening()
    await ask(guard, `${decomposed}:${decomposed}`)
    expect(heard).toEqual([[composed, composed]])
  })

  test('can be turned off (basic-auth/8)', async () => {
    const users = { [composed]: hashes[0], [decomposed]: hashes[1] }
    const guard = basicAuth({ realm: 'shop', users, normalize: false })
    expect((await ask(guard, `${composed}:${composed}`)).body).toBe(prize)
    expect((await ask(guard, `${decomposed}:${decomposed}`)).body).toBe(prize)
    expect((await ask(guard, `${composed}:${decomposed}`)).status).toBe(401)
    expect(() => basicAuth({ realm: 'shop', users })).toThrow(expect.objectContaining({ code: 'ERR_BASIC_AUTH_USER' }))
  })

  test('does not fold what only looks alike (basic-auth/8)', async () => {
    const guard = basicAuth({ realm: 'shop', users: { file: hashes[0] } })
    expect((await ask(guard, `file:${composed}`)).body).toBe(prize)
    for (const name of ['\uFB01le', 'FILE', 'file ', 'f\u0456le'])
      expect((await ask(guard, `${name}:${composed}`)).status).toBe(401)
  })
})
