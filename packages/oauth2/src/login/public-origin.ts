import { isDevelopment, isFromTrustedProxy, isLoopback, type Exchange } from '@seaworthy/middleware'
import { documentUrl } from '@seaworthy/jwt/metadata'
import { OAuth2Error } from '../oauth2-error.ts'

/** Where browsers find this service. */
export interface PublicAddress {
  /** The path that a proxy takes away, without a slash at its end. */
  readonly basePath: string
  /**
   * The origin. What a client writes into `Host` does not count: only a proxy that is trusted may tell it, and on this
   * machine the client is the developer.
   *
   * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is not known.
   */
  origin(x: Exchange): string
}

/**
 * The address from the option `publicUrl`.
 *
 * @throws {OAuth2Error} `ERR_OAUTH2_OPTION` when it is no HTTPS address, or one of this machine.
 */
export function publicAddress(publicUrl: string | undefined): PublicAddress {
  if (publicUrl === undefined) return { basePath: '', origin: observedOrigin }
  const { origin, pathname } = readUrl(publicUrl)
  return { basePath: pathname.replace(/\/$/, ''), origin: () => origin }
}

function readUrl(publicUrl: string): URL {
  try {
    const url = documentUrl(publicUrl)
    if (url.search === '' && url.hash === '') return url
  } catch {}
  throw new OAuth2Error('ERR_OAUTH2_OPTION', 'publicUrl is an address such as "https://app.example.com".')
}

function observedOrigin(x: Exchange): string {
  const isKnown = isFromTrustedProxy(x) || isLoopback(x) || (x.peer === undefined && isDevelopment())
  if (isKnown) return `${x.scheme}://${x.host}`
  throw new OAuth2Error(
    'ERR_OAUTH2_OPTION',
    'The address of this service is not known: set publicUrl, or mount trustProxy().',
  )
}
