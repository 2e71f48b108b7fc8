import { request } from 'node:http'
import { text } from 'node:stream/consumers'

/** What is sent: a `fetch` would put its own `Sec-Fetch-Mode` into it. */
export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A page as it was shown at last. */
export interface Page {
  readonly url: URL
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A browser of its own: it keeps cookies, follows redirects, and fills in forms. */
export class ScriptedBrowser {
  /** The cookies of each origin, by their names and paths. */
  readonly #jars = new Map<string, Map<string, { readonly value: string; readonly path: string }>>()
  /** Every cookie that was ever set, and every address that it was sent to. */
  readonly seen: string[] = []

  /** Another one with the same cookies: a backup, or a thief's. */
  copy(): ScriptedBrowser {
    const other = new ScriptedBrowser()
    for (const [origin, jar] of this.#jars) other.#jars.set(origin, new Map(jar))
    return other
  }

  /** Takes the cookies of one origin to another, as if both were one: the instances of a service are that. */
  alsoAt(origin: string, other: string): void {
    this.#jars.set(new URL(other).origin, this.#jar(new URL(origin)))
  }

  /** Opens an address, and follows it for as long as it leads elsewhere, or until it would lead to `last`. */
  async open(address: string | URL, sent: Sent = {}, last?: string): Promise<Page> {
    let page = await this.send(address, sent)
    for (let step = 0; step < 20; step++) {
      const location = page.headers.get('location')
      if (location === null) return page
      const next = new URL(location, page.url)
      if (last !== undefined && next.href.startsWith(last)) return { ...page, url: next }
      page = await this.send(next)
    }
    throw new Error(`${page.url.pathname} leads nowhere`)
  }

  /** Fills in the form of a page and sends it. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}, last?: string): Promise<Page> {
    const [form = ''] = /<form[\s\S]*<\/form>/.exec(page.text) ?? []
    const body = new URLSearchParams()
    for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
      body.set(attribute(input, 'name') ?? '', attribute(input, 'value') ?? '')
    }
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    const action = new URL(attribute(form, 'action') ?? page.url.href, page.url)
    const headers = { origin: page.url.origin, 'content-type': 'application/x-www-form-urlencoded' }
    return this.open(action, { method: 'POST', body: body.toString(), headers }, last)
  }

  /** Sends one request, as a browser that shows what comes back. */
  async send(address: string | URL, sent: Sent = {}): Promise<Page> {
    const url = new URL(address)
    const headers: Record<string, string> = { accept: 'text/html', 'sec-fetch-mode': 'navigate', ...sent.headers }
    const cookies = [...this.#jar(url)].filter(([, { path }]) => url.pathname.startsWith(path))
    if (cookies.length > 0) {
      headers['cookie'] = cookies.map(([name, { value }]) => `${name.split(' ')[0]}=${value}`).join('; ')
    }
    this.seen.push(url.href)
    const page = await sendOnce(url, { ...sent, headers })
    for (const line of page.headers.getSetCookie()) this.#keep(url, line)
    return page
  }

  #jar({ origin }: URL): Map<string, { readonly value: string; readonly path: string }> {
    const jar = this.#jars.get(origin) ?? new Map<string, { value: string; path: string }>()
    this.#jars.set(origin, jar)
    return jar
  }

  #keep(url: URL, line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
    const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1]
    const isOver = /;\s*max-age=0/i.test(line) || (expires !== undefined && Date.parse(expires) < Date.now())
    if (isOver) this.#jar(url).delete(`${name} ${path}`)
    else this.#jar(url).set(`${name} ${path}`, { value, path })
    if (value !== '') this.seen.push(value)
  }
}

async function sendOnce(url: URL, { method = 'GET', headers = {}, body = '' }: Sent): Promise<Page> {
  const { promise, resolve, reject } = Promise.withResolvers<Page>()
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  const sending = request(url, { method, headers: { ...headers, ...length }, agent: false }, (answer) => {
    const received = new Headers()
    for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
      for (const value of values) received.append(name, value)
    }
    const page = (shown: string): Page => ({ url, status: answer.statusCode ?? 0, headers: received, text: shown })
    text(answer).then((shown) => resolve(page(shown)), reject)
  })
  sending.on('error', reject).end(body)
  return promise
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return found?.replaceAll('&#x2F;', '/').replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')
}
