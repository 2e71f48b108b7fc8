import { isSecretParameter } from '@seaworthy/middleware'

/** What stands in the place of a secret. */
export const redacted: string = 'REDACTED'

/**
 * A query without its `?`, with the values of secret parameters replaced (semantic conventions, `url.query`) and
 * everything else left as it was.
 */
export function redactQuery(query: string): string {
  let output = ''
  let copied = 0
  let equals = query.indexOf('=')
  for (let start = 0; equals !== -1 && start < query.length;) {
    const separator = query.indexOf('&', start)
    const end = separator === -1 ? query.length : separator
    if (equals < start) equals = query.indexOf('=', start)
    if (equals !== -1 && equals < end && isSecret(query.slice(start, equals))) {
      output += query.slice(copied, equals + 1) + redacted
      copied = end
    }
    start = end + 1
  }
  return copied === 0 ? query : output + query.slice(copied)
}

/** An absolute URL for `url.full`: user and password replaced, secrets in its query and fragment too. */
export function redactUrl(url: URL): string {
  const { protocol, username, password, host, pathname, search, hash } = url
  const user = username === '' && password === '' ? '' : `${redacted}:${redacted}@`
  const query = search === '' ? '' : `?${redactQuery(search.slice(1))}`
  const fragment = hash === '' ? '' : `#${redactQuery(hash.slice(1))}`
  return `${protocol}//${user}${host}${pathname}${query}${fragment}`
}

function isSecret(name: string): boolean {
  if (isSecretParameter(name)) return true
  // A server decodes names before it looks at them: `s%69g` is `sig`.
  return (name.includes('%') || name.includes('+')) && isSecretParameter(decoded(name))
}

function decoded(name: string): string {
  const [first = ''] = new URLSearchParams(`${name}=`).keys()
  return first
}
