import { isSecretParameter } from '@seaworthy/middleware'

/** A URL without credentials, and without the values of query parameters that are secrets. */
export function urlText(url: URL): string {
  const shown = new URL(url)
  if (shown.password !== '') shown.password = 'REDACTED'
  for (const name of new Set(shown.searchParams.keys())) {
    if (isSecretParameter(name)) shown.searchParams.set(name, 'REDACTED')
  }
  return shown.href
}
