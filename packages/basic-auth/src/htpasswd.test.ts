import { describe, expect, test } from 'vitest'
import { ask, cheapBcrypt, cheapHash, prize } from './forge.test-kit.ts'
import { apacheManual } from './hash-vectors.test-kit.ts'
import { allowUnsafeHashes, basicAuth, type BasicAuthError } from './index.ts'

const hash = await cheapHash('open sesame')

describe('the examples of the manual of Apache', () => {
  test('verify (basic-auth/18)', async () => {
    for (const kind of ['bcrypt', 'apr1', 'sha1', 'plain'] as const) {
      const unsafe = kind === 'bcrypt' ? {} : { [allowUnsafeHashes]: [kind] }
      const guard = basicAuth({ realm: 'shop', htpasswd: apacheManual[kind], ...unsafe })
      expect((await ask(guard, 'myName:myPassword')).body).toBe(prize)
      expect((await ask(guard, 'myName:mypassword')).status).toBe(401)
      expect((await ask(guard, 'myname:myPassword')).status).toBe(401)
    }
  })

  test('that are unsafe are refused with their line if nothing is said (basic-auth/18) (basic-auth/20)', () => {
    for (const kind of ['apr1', 'sha1', 'plain'] as const)
      expect(() => basicAuth({ realm: 'shop', htpasswd: `\n# old\n${apacheManual[kind]}` })).toThrow(
        expect.objectContaining({
          code: 'ERR_BASIC_AUTH_HTPASSWD',
          message: expect.stringMatching(/^Line 3 of htpasswd: /),
        }),
      )
  })
})

describe('a file', () => {
  test('may have comments, empty lines, any line ends, white space around and a byte order mark (basic-auth/19)', async () => {
    const lines = ['\uFEFF# users', '', `ann:${hash}`, '   # bob:disabled', ` bob:${hash}  `, '\t', `:${hash}`]
    for (const end of ['\n', '\r\n', '\r']) {
      const guard = basicAuth({ realm: 'shop', htpasswd: lines.join(end) + end })
      for (const name of ['ann', 'bob', '']) expect((await ask(guard, `${name}:open sesame`)).body).toBe(prize)
      for (const name of ['# users', '# bob', '#', '\uFEFFann'])
        expect((await ask(guard, `${name}:open sesame`)).status).toBe(401)
    }
  })

  test('without users lets nobody in (basic-auth/19)', async () => {
    for (const htpasswd of ['', '\n\n', '# nobody'])
      expect((await ask(basicAuth({ realm: 'shop', htpasswd }), ':')).status).toBe(401)
  })

  const codes: [string, string, number][] = [
    ['no colon', `ann:${hash}\nbob\n`, 2],
    ['a name twice', `ann:${hash}\n\nbob:${hash}\nann:${hash}`, 4],
    ['a name twice, written in two ways', `\u00E9:${hash}\ne\u0301:${hash}`, 2],
    ['a name with a control character', `a\u0000nn:${hash}`, 1],
    ['no hash', `ann:${hash}\r\nbob:\r\n`, 2],
    ['an unknown hash', 'ann:$6$salt$canarycanary', 1],
    ['a hash that costs too much', `ann:${hash}\nbob:${hash}\neve:${cheapBcrypt.replace('$05$', '$31$')}`, 3],
    ['a further field', `ann:${hash}:Ann Example`, 1],
  ]

  test.each(codes)('with %s is refused with the line (basic-auth/20)', (_what, htpasswd, line) => {
    expect(() => basicAuth({ realm: 'shop', htpasswd })).toThrow(
      expect.objectContaining({
        code: 'ERR_BASIC_AUTH_HTPASSWD',
        message: expect.stringMatching(new RegExp(`^Line ${line} of htpasswd: `)),
      }),
    )
  })
})

describe('errors', () => {
  test('have nothing of a name or a hash (basic-auth/21)', () => {
    const canary = 'canaryCANARY01234567890123456789'
    const made: unknown[] = []
    for (const text of [
      canary,
      `$2y$31$${canary}`,
      `$argon2id$${canary}`,
      `{SHA}${canary}`,
      `$apr1$${canary}`,
      `$scrypt$ln=99,r=1,p=1$${canary}$${canary}`,
      `$pbkdf2-sha256$i=1$${canary}!$${canary}`,
    ])
      for (const make of [
        () => basicAuth({ realm: 'shop', htpasswd: `${canary}:${text}` }),
        () => basicAuth({ realm: 'shop', htpasswd: `${canary}${text.replaceAll(':', '')}` }),
        () => basicAuth({ realm: 'shop', users: { ann: text } }),
        () => basicAuth({ realm: 'shop', users: { [`ann:${text}`]: 'ann' } }),
        () => basicAuth({ realm: 'shop', users: { [text]: 'ann' } }),
      ])
        try {
          make()
          made.push('nothing was thrown')
        } catch (error) {
          const { message, stack, cause } = error as BasicAuthError
          made.push(message, stack, String(cause))
        }
    expect(made).toHaveLength(7 * 5 * 3)
    expect(made.join('\n')).not.toContain(canary.slice(0, 12))
    expect(`${made.join('\n')}${canary}`).toContain(canary)
  })
})
