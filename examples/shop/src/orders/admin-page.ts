import { createHash } from 'node:crypto'
import type { ApiKey, ApiKeys } from '@seaworthy/api-key'
import type { Guard, Principal } from '@seaworthy/security'
import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { Database } from '../shared/database.ts'
import { keyOwners } from './api-key-settings.ts'

/** Who is looking: by a login, with the name that the provider tells, or by a password. */
type Visitor = Principal<'login', { readonly name?: string | undefined }> | Principal<'admin'>

const style = `body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse } th, td { text-align: left; padding: .25rem 1rem .25rem 0 }
button { font: inherit; padding: .25rem 1rem }`
const styleHash = createHash('sha256').update(style).digest('base64')

/**
 * The page for people: who they are, the API keys of the shop, and the way out.
 *
 * @param issuer - The identity provider, where a logout goes on.
 */
export function adminPage(visitor: Guard<Visitor>, keys: ApiKeys, database: Database, issuer: string) {
  return async (c: Context): Promise<Response> => {
    const who = visitor.principal(c)
    const isLoggedIn = who.scheme === 'login'
    const name = isLoggedIn ? (who.claims.name ?? who.subject) : who.subject
    const isAdmin = !isLoggedIn || who.scopes.has('admin')
    const content = html`<h1>The shop</h1>
      <p>You are <strong>${name}</strong>, ${isLoggedIn ? 'by a login' : 'by a password'}.</p>
      ${isAdmin ? keyTable(await allKeys(keys, database)) : html`<p>The keys of the shop are shown to admins.</p>`}
      ${isLoggedIn && html`<form method="post" action="/auth/logout"><button>Log out</button></form>`}`
    return page(c, 'The shop: administration', content, issuer)
  }
}

/** Where a logout ends. */
export function goodbyePage(c: Context): Response | Promise<Response> {
  return page(
    c,
    'Goodbye',
    html`<h1>Goodbye</h1>
      <p>You have logged out. <a href="/admin">Log in again</a></p>`,
  )
}

/** The keys of all owners, without what verifies them. */
async function allKeys(keys: ApiKeys, database: Database): Promise<readonly ApiKey[]> {
  const owners = await keyOwners(database)
  return (await Promise.all(owners.map((owner) => keys.list(owner)))).flat()
}

function keyTable(keys: readonly ApiKey[]) {
  if (keys.length === 0) return html`<p>There are no API keys yet: <code>POST /admin/keys</code> makes one.</p>`
  const rows = keys.map(
    ({ owner, hint, name = '', scopes, createdAt, revokedAt }) =>
      html`<tr>
        <td>${owner}</td>
        <td><code>${hint}</code></td>
        <td>${name}</td>
        <td>${scopes.join(' ')}</td>
        <td>${createdAt}</td>
        <td>${revokedAt === undefined ? 'in use' : 'revoked'}</td>
      </tr>`,
  )
  return html`<table>
    <tr>
      <th>Owner</th>
      <th>Key</th>
      <th>Name</th>
      <th>Scopes</th>
      <th>Made</th>
      <th></th>
    </tr>
    ${rows}
  </table>`
}

/** Nothing runs in it, nothing frames it, and its forms lead to the shop, and from there to the provider. */
function page(c: Context, title: string, content: unknown, issuer = ''): Response | Promise<Response> {
  const formAction = issuer === '' ? `'none'` : `'self' ${new URL(issuer).origin}`
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${styleHash}'`,
    `form-action ${formAction}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ]
  const document = html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title}</title>
      ${raw(`<style>${style}</style>`)} ${content}
    </html>`
  return c.html(document, 200, {
    'cache-control': 'no-store',
    'content-security-policy': policy.join('; '),
    // Not less: the browser would then not tell whose form it sends.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
}
