import { existsSync } from 'node:fs'
import { handler, stack } from '@seaworthy/middleware'
import { createTestClock, type TestClock } from '@seaworthy/middleware/testing'
import { chromium, type Browser, type Page } from 'playwright-core'
import { skipWithout } from '../../../../test/support/own-server.ts'
import { serve } from '../../../../test/support/serve.ts'
import { memoryStore, oidcLogin } from '../login.ts'
import { secret } from '../provider-clients.test-kit.ts'
import { startProvider, type ProviderKit } from '../provider.test-kit.ts'
import { sessionKey } from './login-app.test-kit.ts'

const binary = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** Whether the tests that need a browser are skipped on this machine. */
export function skipChromium(): boolean {
  return skipWithout('chromium', binary !== undefined)
}

/** Starts Chromium, without a window. */
export async function startChromium(): Promise<Browser> {
  if (binary === undefined) throw new Error('Chromium is required: install chromium')
  return chromium.launch({ executablePath: binary, args: ['--no-sandbox'] })
}

/** A service on `localhost`, whose provider is on `127.0.0.1`: another site. */
export interface ServedLogin extends AsyncDisposable {
  readonly url: string
  readonly kit: ProviderKit
  readonly clock: TestClock
}

/** Serves a service with a login. `/` is open, all else is for who has logged in. */
export async function serveLogin(kind: 'cookies' | 'a store'): Promise<ServedLogin> {
  const clock = createTestClock(Date.now())
  let answer = (_request: Request): Response | Promise<Response> => new Response(null, { status: 503 })
  const running = await serve((request: Request, ...rest) => Reflect.apply(answer, undefined, [request, ...rest]))
  const url = `http://localhost:${running.port}`
  const kit = await startProvider({
    rotation: true,
    clients: [
      {
        client_id: 'web',
        redirect_uris: [`${url}/auth/callback`],
        post_logout_redirect_uris: [`${url}/`],
        backchannel_logout_uri: `${running.url}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
  })
  const login = oidcLogin({
    issuer: kit.issuer,
    clientId: 'web',
    clientAuth: { method: 'client_secret_basic', secret },
    scope: 'openid offline_access',
    parameters: { prompt: 'consent' },
    session: { keys: sessionKey, idle: '10m', ...(kind === 'a store' && { store: memoryStore({ clock }) }) },
    clock,
  })
  const home = handler(login.routes, () => html('<h1>home</h1>'))
  const inside = handler(stack(login.routes, login), async (request) => {
    const { pathname, search } = new URL(request.url)
    if (pathname === '/token') return new Response(await login.accessToken(request))
    const { subject } = login.principal(request)
    return html(`<h1>${subject} ${search}</h1><form method=post action=/auth/logout><button>Leave</button></form>`)
  })
  const answering: typeof answer = (request, ...rest) =>
    Reflect.apply(new URL(request.url).pathname === '/' ? home : inside, undefined, [request, ...rest])
  answer = answering

  return {
    url,
    kit,
    clock,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await kit.stop()
    },
  }
}

function html(body: string): Response {
  return new Response(`<!doctype html><title>test</title>${body}`, { headers: { 'content-type': 'text/html' } })
}

/** Fills in what the provider asks for, until the browser is back. */
export async function agree(page: Page, url: string): Promise<void> {
  for (let i = 0; i < 4 && !page.url().startsWith(url); i++) {
    const name = page.locator('input[name=login]')
    if ((await name.count()) > 0) {
      await name.fill('ann')
      await page.locator('input[name=password]').fill('x')
    }
    await Promise.all([page.waitForNavigation(), page.locator('button[type=submit]').first().click()])
  }
}
