import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../login.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { loginApp, origin } from './login-app.test-kit.ts'

let kit: ProviderKit

beforeAll(async () => {
  kit = await startProvider({ clients: [{ client_id: 'web-par' }] })
})
afterAll(() => kit.stop())

describe.each(['cookies', 'a store'])('a login with sessions in %s', (kind) => {
  const session = (): object => (kind === 'cookies' ? {} : { store: memoryStore() })

  test('sends a browser to the provider, and lets it in (oauth2/60)', async () => {
    const app = loginApp(kit, { session: session() })
    const browser = app.browser()
    const page = await browser.open('/me?tab=1')
    expect([page.status, page.url.href]).toEqual([200, `${origin}/me?tab=1`])
    expect(JSON.parse(page.text)).toMatchObject({ subject: 'ann' })
    expect((await browser.open('/me')).status).toBe(200)
    expect((await browser.fetch('/me')).status).toBe(200)
    expect((await app.browser().fetch('/me')).status).toBe(401)
  })
})
