import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import type { RequestPage, RequestSummary } from '../src/api.ts'

const usage = `pnpm screenshot [--to docs] [--chromium /usr/bin/chromium] [http://localhost:8080/_console/]

Draws the console of a running service into console.webp and console-dark.webp: the trace that has the most to show.
Run pnpm start and pnpm traffic before.`

/** How many rows the picture has room for. */
const mostRows = 13

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: 'string', default: 'docs' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    help: { type: 'boolean' },
  },
})

if (values.help) {
  console.log(usage)
} else {
  await draw(positionals[0] ?? 'http://localhost:8080/_console/', values.to)
}

async function draw(address: string, folder: string): Promise<void> {
  const request = richest(await requestsOf(address))
  if (request === undefined) throw new Error('There is no request to show: run pnpm traffic for a moment.')
  const hash = `#/traces/${request.traceId}`
  mkdirSync(folder, { recursive: true })
  const browser = await chromium.launch({ executablePath: values.chromium, args: ['--no-sandbox'] })
  for (const [theme, name] of [
    ['light', 'console.webp'],
    ['dark', 'console-dark.webp'],
  ] as const) {
    const image = await imageOf(browser, address + hash, theme)
    writeFileSync(join(folder, name), image)
    console.log(`${join(folder, name)}: ${(image.byteLength / 1024).toFixed(0)} KiB`)
  }
  await browser.close()
}

async function imageOf(browser: Browser, address: string, colorScheme: 'light' | 'dark'): Promise<Buffer> {
  const viewport = { width: 1180, height: 520 }
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 2, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(address)
  await page.locator('tr.row-log').first().waitFor()
  const session = await context.newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  await context.close()
  return Buffer.from(data, 'base64')
}

/** One that went well, crosses services, has log lines, and fits the picture. */
function richest(requests: readonly RequestSummary[]): RequestSummary | undefined {
  const crossing = new Set(requests.filter(({ nested }) => nested).map(({ traceId }) => traceId))
  const rows = ({ spans, logs }: RequestSummary): number => spans + logs
  return requests
    .filter(({ nested, error, status = 0, traceId }) => !nested && !error && status < 400 && crossing.has(traceId))
    .filter((each) => rows(each) <= mostRows)
    .toSorted((a, b) => rows(b) - rows(a))[0]
}

async function requestsOf(address: string): Promise<readonly RequestSummary[]> {
  const response = await fetch(new URL('api/requests?limit=500', address))
  if (!response.ok) throw new Error(`${address} answers ${response.status}`)
  const page = (await response.json()) as RequestPage
  return page.requests
}
