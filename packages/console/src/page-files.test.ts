import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bareConsole } from './bare-console.test-kit.ts'

const { ask } = bareConsole()
const folder = new URL('../assets/', import.meta.url)
const names = readdirSync(folder)

describe('the page', () => {
  test('is where the path ends in a slash (console/31) (console/33)', async () => {
    const redirect = await ask('')
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, '/_console/'])
    const page = await ask('/')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.text()).toBe(readFileSync(new URL('index.html', folder), 'utf8'))
  })

  test.each(names)('%s comes as it is, under the policy, and again only when it changed (console/31)', async (name) => {
    const response = await ask(`/${name}`)
    expect(response.status).toBe(200)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    const content = new Uint8Array(await response.arrayBuffer())
    expect(Buffer.from(content).equals(readFileSync(new URL(name, folder)))).toBe(true)
    const etag = response.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{22}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(`/${name}`, { headers: { 'if-none-match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    expect((await ask(`/${name}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
    const head = await ask(`/${name}`, { method: 'HEAD' })
    expect([head.headers.get('content-length'), await head.text()]).toEqual([String(content.length), ''])
  })

  test('loads nothing from elsewhere: every address in its HTML and its styles is its own (console/31)', () => {
    const html = readFileSync(new URL('index.html', folder), 'utf8')
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? '')
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect(names).toContain(address.replace('./', ''))
    const styles = names
      .filter((name) => name.endsWith('.css'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    expect(styles.join('\n')).not.toMatch(/@import|url\(\s*['"]?(?:https?:)?\/\//)
  })

  test('is under 150 KB compressed, all of it (console/31)', () => {
    const sizes = names.map((name) => gzipSync(readFileSync(new URL(name, folder))).length)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000)
  })

  test('gives nothing beside it (console/31) (console/33)', async () => {
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/index.html/',
      '//index.html',
      '/INDEX.HTML',
    ]) {
      const response = await ask(path)
      const text = await response.text()
      expect(text).not.toContain('"name": "@seaworthy/console"')
      expect([404, 200]).toContain(response.status)
      if (response.status === 200) expect(text).toBe('the application')
    }
  })
})
