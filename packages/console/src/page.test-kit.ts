import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { handler } from '@seaworthy/middleware'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { skipWithout } from '../../../test/support/own-server.ts'
import { consolePage, type Console, type ConsoleOptions } from './index.ts'

const binary = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

/** Whether the tests that need a browser are skipped on this machine. */
export function skipChromium(): boolean {
  return skipWithout('chromium', binary !== undefined)
}

/** Starts Chromium, without a window. */
export async function startBrowser(): Promise<Browser> {
  if (binary === undefined) throw new Error('Chromium is required: install chromium')
  return chromium.launch({ executablePath: binary, args: ['--no-sandbox'] })
}

/** A console on a real server, which a test hands telemetry to. */
export interface ServedConsole extends AsyncDisposable {
  readonly url: string
  /** The console that is served now: another one after a restart. */
  readonly page: Console
  /** Ends the server, and with it every connection. */
  stop(): Promise<void>
  /** Serves a new console, which knows nothing, on the same port. */
  start(): Promise<void>
}

/** Serves a console on a free loopback port. */
export async function serveConsole(options: ConsoleOptions = {}): Promise<ServedConsole> {
  let page: Console
  let server: ReturnType<typeof createAdaptorServer>
  let port = 0

  async function start(): Promise<void> {
    page = consolePage(options)
    server = createAdaptorServer({ fetch: handler(page, () => new Response('the application')) as never })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function stop(): Promise<void> {
    page.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  await start()
  return {
    url: `http://127.0.0.1:${port}/_console/`,
    get page() {
      return page
    },
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** A tab, and what went wrong in it: uncaught errors, violations of the policy, requests to other origins. */
export interface Tab extends AsyncDisposable {
  readonly page: Page
  readonly problems: readonly string[]
  /** The text of each row of the table that is shown, its cells parted by spaces. */
  rows(): Promise<string[]>
}

/** Opens a fresh tab at an address below a console. */
export async function openTab(browser: Browser, console: { readonly url: string }, hash = ''): Promise<Tab> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const problems: string[] = []
  const origin = new URL(console.url).origin
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted/.test(message.text())) problems.push(message.text())
  })
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`asked ${request.url()}`)
  })
  await page.goto(console.url + hash)
  return {
    page,
    problems,
    async rows() {
      const rows = await page.locator('tbody tr:not(.spacer)').allInnerTexts()
      return rows.map((row) => row.replaceAll(/\s+/g, ' ').trim())
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** Expects something of what is read, now or within ten seconds: the page hears of things when it hears of them. */
export function expectSoon<Value>(read: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(read, { timeout: 10_000 })
}
