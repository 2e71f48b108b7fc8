const sharedSymbol = Symbol.for('seaworthy.secret-parameters')

interface Shared {
  [sharedSymbol]?: Set<string>
}

/**
 * The seven of OpenTelemetry's semantic conventions (`url.query`), then those of OAuth 2, OpenID Connect and common API
 * keys.
 */
const known = [
  ...['AWSAccessKeyId', 'Signature', 'X-Amz-Credential', 'X-Amz-Security-Token', 'X-Amz-Signature'],
  ...['X-Goog-Signature', 'sig'],
  ...['access_token', 'api_key', 'apikey', 'assertion', 'client_assertion', 'client_secret', 'code', 'code_verifier'],
  ...['device_code', 'id_token', 'id_token_hint', 'logout_token', 'password', 'refresh_token', 'state', 'token'],
]

let names: Set<string> | undefined

/** One set for all installed copies of this package, each of which adds what it knows. */
function secretParameters(): Set<string> {
  if (names) return names
  const shared: typeof globalThis & Shared = globalThis
  names = shared[sharedSymbol] ??= new Set()
  for (const name of known) names.add(name)
  return names
}

/** Whether the value of a query parameter is a secret, which no span, log line or audit event may hold. Case-sensitive. */
export function isSecretParameter(name: string): boolean {
  return secretParameters().has(name)
}

/** Makes {@link isSecretParameter} know a name, for example of the parameter that an API key is sent in. */
export function registerSecretParameter(name: string): void {
  secretParameters().add(name)
}
