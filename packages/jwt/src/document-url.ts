import { JwtError } from './jwt-error.ts'

/**
 * The address of a document that is trusted: HTTPS, or any within this machine, and without credentials.
 *
 * @throws {JwtError} `ERR_JWT_URL` when it is none.
 */
export function documentUrl(given: string | URL): URL {
  const url = URL.parse(String(given))
  if (url === null) throw unusable('is no absolute URL')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackName(url.hostname))) {
    throw unusable('is not HTTPS. Plain HTTP is for this machine only')
  }
  if (url.username !== '' || url.password !== '') throw unusable('has credentials')
  return url
}

/** Whether a host name, as URL gives it, is this machine. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

/** The URL itself stays out of the message: it may have credentials. */
function unusable(why: string): JwtError {
  return new JwtError('ERR_JWT_URL', `The URL ${why}. Write an address such as "https://id.example.com/jwks".`)
}
