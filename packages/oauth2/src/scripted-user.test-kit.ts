/** Where a visit ended. */
export interface Visit {
  /** The address that the browser was sent to outside of the provider, or the last one within it. */
  readonly url: URL
  /** Of the last page within the provider. */
  readonly status: number
  readonly text: string
}

/** A person with a browser who agrees to everything, but for {@link ScriptedUser.refuse}. */
export interface ScriptedUser {
  /** Opens an address of the provider and fills in the forms, until it leads elsewhere or ends there. */
  visit(address: string | URL): Promise<Visit>
  /** The same, but says no to what a device asks for. */
  refuse(address: string | URL): Promise<Visit>
  /** Forgets the session at the provider. */
  clearCookies(): void
}

interface Form {
  readonly action: string
  readonly fields: URLSearchParams
}

/** A user with a new browser. */
export function scriptedUser(provider: string, name: string): ScriptedUser {
  const cookies = new Map<string, { readonly value: string; readonly path: string }>()

  async function send(url: URL, form: Form | undefined): Promise<Response> {
    const cookie = [...cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[0]}=${value}`)
      .join('; ')
    const init: RequestInit = form ? { method: 'POST', body: form.fields } : {}
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(line)
    return response
  }

  function keep(line: string): void {
    const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
    const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1]
    // A path is part of a cookie's identity: each interaction has its own.
    if (expires !== undefined && Date.parse(expires) < Date.now()) cookies.delete(`${key} ${path}`)
    else cookies.set(`${key} ${path}`, { value, path })
  }

  async function browse(address: string | URL, answers: Readonly<Record<string, string>>): Promise<Visit> {
    let url = new URL(address)
    let form: Form | undefined
    for (let step = 0; step < 20; step++) {
      const response = await send(url, form)
      const text = await response.text()
      const location = response.headers.get('location')
      form = location === null ? findForm(text, answers) : undefined
      const target = location ?? form?.action
      if (target === undefined) return { url, status: response.status, text }
      url = new URL(target, url)
      if (url.origin !== provider) return { url, status: response.status, text }
    }
    throw new Error(`The provider asks ever more, at ${url.pathname}`)
  }

  return {
    visit: (address) => browse(address, { login: name, password: 'x', logout: 'yes' }),
    refuse: (address) => browse(address, { login: name, password: 'x', abort: 'yes' }),
    clearCookies: () => cookies.clear(),
  }
}

/** The form of a page, filled in. The input of a code that was not understood is not tried again. */
function findForm(html: string, answers: Readonly<Record<string, string>>): Form | undefined {
  const tag = /<form\b[^>]*>/.exec(html)?.[0]
  if (tag === undefined || /deviceInputForm/.test(tag)) return undefined
  const fields = new URLSearchParams()
  for (const [input] of html.matchAll(/<(?:input|button)\b[^>]*>/g)) {
    const name = attribute(input, 'name')
    const value = name === undefined ? undefined : (answers[name] ?? attribute(input, 'value'))
    const isButton = input.startsWith('<button')
    if (name !== undefined && value !== undefined && !(isButton && !(name in answers))) fields.set(name, value)
  }
  return { action: attribute(tag, 'action') ?? '', fields }
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return found?.replaceAll('&#x2F;', '/').replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"')
}
