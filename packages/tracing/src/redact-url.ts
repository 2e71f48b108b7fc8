/** What stands in the place of a secret. */
export const redacted: string = 'REDACTED'

/**
 * The query parameters whose values are secrets: the seven of the semantic conventions (`url.query`), and those that
 * carry credentials in OAuth 2, OpenID Connect and the packages of this project. Case-sensitive, as there.
 */
const secretParameters: ReadonlySet<string> = new Set([
  'AWSAccessKeyId',
  'Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
  'sig',

  'access_token',
  'api_key',
  'apikey',
  'assertion',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'device_code',
  'id_token',
  'id_token_hint',
  'logout_token',
  'password',
  'refresh_token',
  'state',
  'token',
])

/** A query without its `?`, with the values of secret parameters replaced and everything else left as it was. */
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
  if (secretParameters.has(name)) return true
  // A server decodes names before it looks at them: `s%69g` is `sig`.
  return (name.includes('%') || name.includes('+')) && secretParameters.has(decoded(name))
}

function decoded(name: string): string {
  const [first = ''] = new URLSearchParams(`${name}=`).keys()
  return first
}
