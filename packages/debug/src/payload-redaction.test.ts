import { describe, expect, test } from 'vitest'
import { logPayloads, type LogPayloadsOptions } from './index.ts'
import { payloadApp, payloads, post } from './payload-app.test-kit.ts'

describe('redaction', () => {
  async function logged(body: string, type: string, options?: LogPayloadsOptions): Promise<string> {
    const { app, output } = payloadApp(options)
    await (await post(app, body, type)).text()
    return String(payloads(output)[0])
  }

  test('hides values of names in JSON (debug/41)', async () => {
    const body =
      '{"user":"ann","password":"canary","accessToken":"canary","n":1,"secret":{"a":["canary"],"b":"}canary"},' +
      '"client_secret":12345,"api-key" : "ca\\"nary", "list":[{"token":"canary"}],"pass\\u0077ord":"canary","ok":true}'
    expect(await logged(body, 'application/json')).toBe(
      '{"user":"ann","password":"[redacted]","accessToken":"[redacted]","n":1,"secret":"[redacted]",' +
        '"client_secret":"[redacted]","api-key" : "[redacted]", "list":[{"token":"[redacted]"}],"pass\\u0077ord":"[redacted]","ok":true}',
    )
  })

  test('is not misled by strings that look like names (debug/41)', async () => {
    const body = '{"note":"say \\"password\\": \\"x\\"","password":"canary","a":"{\\"b","c":"\\\\"}'
    expect(await logged(body, 'application/json')).toBe(
      '{"note":"say \\"password\\": \\"x\\"","password":"[redacted]","a":"{\\"b","c":"\\\\"}',
    )
  })

  test('hides values wherever the payload is cut off (debug/41)', async () => {
    const body = '{"user":"ann","password":"canary-canary","secret":{"deep":["canary-canary"]},"token":"canary"}'
    for (let maxSize = 1; maxSize < body.length; maxSize++) {
      const shown = await logged(body, 'application/json', { maxSize })
      expect([maxSize, shown.includes('canary')]).toEqual([maxSize, false])
    }
    const form = 'user=ann&password=canary&x=1'
    for (let maxSize = 1; maxSize < form.length; maxSize++) {
      expect(await logged(form, 'application/x-www-form-urlencoded', { maxSize })).not.toContain('canary')
    }
  })

  test('hides values in forms, XML, events and plain text (debug/41)', async () => {
    const form = 'user=ann&password=canary&user%5Btoken%5D=canary&x=1'
    expect(await logged(form, 'application/x-www-form-urlencoded')).toBe(
      'user=ann&password=[redacted]&user%5Btoken%5D=[redacted]&x=1',
    )
    const xml = '<login a="1"><user>ann</user><password type="p">canary</password><s:token>canary</s:token></login>'
    expect(await logged(xml, 'application/xml')).toBe(
      '<login a="1"><user>ann</user><password type="p">[redacted]</password><s:token>[redacted]</s:token></login>',
    )
    expect(await logged('<u password="canary" name="ann"/>', 'text/xml')).toBe('<u password=[redacted] name="ann"/>')
    expect(await logged('data: {"token":"canary","n":1}\n\n', 'text/event-stream')).toBe(
      'data: {"token":"[redacted]","n":1}\n\n',
    )
    expect(await logged('user: ann\npassword: canary\napi_key=canary', 'text/plain')).toBe(
      'user: ann\npassword: [redacted]\napi_key=[redacted]',
    )
  })

  test('hides bearer tokens and users in URLs (debug/41)', async () => {
    const body = '{"header":"Bearer canary.canary.canary","db":"postgres://ann:canary@db/x","mail":"a@b.example"}'
    expect(await logged(body, 'application/json')).toBe(
      '{"header":"Bearer [redacted]","db":"postgres://[redacted]@db/x","mail":"a@b.example"}',
    )
  })

  test('takes more names, and shows some again (debug/41) (debug/47)', async () => {
    const options = { redact: ['email', '!token'] }
    expect(await logged('{"email":"canary","token":"shown","password":"canary"}', 'application/json', options)).toBe(
      '{"email":"[redacted]","token":"shown","password":"[redacted]"}',
    )
    expect(() => logPayloads({ redact: [''] })).toThrow(expect.objectContaining({ code: 'ERR_LOG_REDACT' }))
  })
})
