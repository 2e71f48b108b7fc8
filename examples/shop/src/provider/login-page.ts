import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type Provider from 'oidc-provider'
import { people } from './people.ts'

const style = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 4rem auto; padding: 0 1rem }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; margin: .25rem 0 }
input, button { padding: .5rem } [role=alert] { color: #a00 }`
const styleHash = createHash('sha256').update(style).digest('base64')

/** The page on which people say who they are: at `/interaction/…`, where the provider sends them. */
export function loginPage(
  provider: Provider,
  password: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const digest = (given: string): Buffer => createHash('sha256').update(given).digest()
  const expected = digest(password)

  return async function answer(request, response) {
    try {
      // Whose interaction it is, the provider knows by a cookie that no other site can make a browser send.
      await provider.interactionDetails(request, response)
      if (request.method !== 'POST') return page(response, 200)
      const form = new URLSearchParams(await text(request))
      const accountId = form.get('login') ?? ''
      const isRight = timingSafeEqual(digest(form.get('password') ?? ''), expected)
      if (!isRight || !Object.hasOwn(people, accountId)) return page(response, 401, accountId)
      await provider.interactionFinished(request, response, { login: { accountId } })
    } catch {
      page(response, 400)
    }
  }
}

function page(response: ServerResponse, status: number, login = ''): void {
  const said = { 200: '', 401: 'That is not the name and the password of anybody here.' }[status]
  const alert = said ?? 'This login is over, or was begun in another browser. Go back to the shop.'
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }).end(`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Log in</title><style>${style}</style>
<h1>Log in</h1><p>This identity provider is for development. It knows ${Object.keys(people).join(' and ')}.</p>
${alert && `<p role="alert">${alert}</p>`}
<form method="post"><label>Name <input name="login" autocomplete="username" required autofocus value="${escaped(login)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form></html>
`)
}

function escaped(text: string): string {
  return text.slice(0, 100).replaceAll(/[^\w .@-]/g, (character) => `&#${character.codePointAt(0)};`)
}
