/** A cookie that a browser keeps. */
export interface JarCookie {
  readonly name: string
  readonly value: string
  readonly path: string
  /** Milliseconds. */
  readonly expires: number
}

/** What a page was answered with, when all redirects were followed. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** What somebody does in a tab. */
export interface Sent {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Where the click came from. @default the same origin */
  readonly from?: 'cross-site' | 'same-site' | 'none'
}

/** A browser that keeps the rules of cookies and redirects, for one origin. */
export interface TestBrowser {
  readonly jar: Map<string, JarCookie>
  /** Every `Set-Cookie` line that was sent. */
  readonly lines: string[]
  /** Opens a page, and follows redirects: those within the origin, and by `elsewhere` those that lead away. */
  open(path: string, sent?: Sent): Promise<Page>
  /** Opens a page without following anything. */
  step(path: string, sent?: Sent): Promise<Page>
  /** What a script on a page gets. */
  fetch(path: string, sent?: Sent): Promise<Page>
  /** A browser with the same cookies from now on: a thief's, or a backup. */
  copy(): TestBrowser
}

/** What a browser works with. */
export interface TestBrowserOptions {
  readonly origin: string
  /** What answers for the origin. */
  answer(request: Request): Response | Promise<Response>
  /** Somebody who goes to another origin and comes back with an address, or stays there. */
  elsewhere?(url: URL): Promise<URL>
  now?(): number
}

/** Makes a browser without cookies. */
export function testBrowser(options: TestBrowserOptions): TestBrowser {
  const { origin, answer, elsewhere, now = Date.now } = options
  const jar = new Map<string, JarCookie>()
  const lines: string[] = []

  /** RFC 6265bis §5.7, as far as `__Host-` cookies are concerned. */
  function keep(line: string): void {
    lines.push(line)
    const [pair = '', ...rest] = line.split(';').map((each) => each.trim())
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals)
    const value = pair.slice(equals + 1)
    const attributes = new Map(
      rest.map((each) => {
        const [key = '', ...more] = each.split('=')
        return [key.toLowerCase(), more.join('=')]
      }),
    )
    const isHost = attributes.has('secure') && attributes.get('path') === '/' && !attributes.has('domain')
    if (name.startsWith('__Host-') && !isHost) throw new Error(`a browser refuses ${name}`)
    if (name.length + value.length > 4096) throw new Error(`a browser refuses ${name}: it is too large`)
    const maxAge = attributes.get('max-age')
    const expires = maxAge === undefined ? Infinity : now() + Number(maxAge) * 1000
    if (expires <= now()) jar.delete(name)
    else jar.set(name, { name, value, path: attributes.get('path') ?? '/', expires })
  }

  function cookieHeader(): string {
    for (const [name, { expires }] of jar) if (expires <= now()) jar.delete(name)
    return [...jar.values()].map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  async function send(path: string, sent: Sent, mode: 'navigate' | 'cors'): Promise<Page> {
    const url = new URL(path, origin)
    const headers = new Headers({
      'sec-fetch-site': sent.from ?? 'same-origin',
      'sec-fetch-mode': mode,
      accept: mode === 'navigate' ? 'text/html,*/*' : 'application/json',
      ...sent.headers,
    })
    // SameSite=Lax: another site's form or script sends no cookies, its link does.
    const isForeign = sent.from === 'cross-site' && (mode === 'cors' || (sent.method ?? 'GET') !== 'GET')
    const cookie = cookieHeader()
    if (cookie !== '' && !isForeign) headers.set('cookie', cookie)
    const { method = 'GET', body } = sent
    const response = await answer(new Request(url, { method, headers, ...(body !== undefined && { body }) }))
    for (const line of response.headers.getSetCookie()) keep(line)
    return { url, status: response.status, text: await response.text(), headers: response.headers }
  }

  async function open(path: string, sent: Sent = {}): Promise<Page> {
    let page = await send(path, sent, 'navigate')
    for (let step = 0; step < 20; step++) {
      const location = page.headers.get('location')
      if (location === null) return page
      let next = new URL(location, page.url)
      if (next.origin !== origin) {
        if (!elsewhere) return { ...page, url: next }
        next = await elsewhere(next)
        if (next.origin !== origin) return { ...page, url: next }
      }
      page = await send(next.href, { from: 'cross-site' }, 'navigate')
    }
    throw new Error('too many redirects')
  }

  return {
    jar,
    lines,
    open,
    step: (path, sent = {}) => send(path, sent, 'navigate'),
    fetch: (path, sent = {}) => send(path, sent, 'cors'),
    copy() {
      const other = testBrowser(options)
      for (const [name, cookie] of jar) other.jar.set(name, cookie)
      return other
    },
  }
}
