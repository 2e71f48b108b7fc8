import { parseDuration, parseSize, type Duration, type Size } from '@seaworthy/middleware'
import type { DocumentFetch, FetchBounds } from './fetch-document.ts'
import { JwtError } from './jwt-error.ts'
import type { Resolve } from './public-host.ts'

/** How a document is fetched. */
export interface DocumentOptions {
  /** For a whole fetch. @default '5s' */
  readonly timeout?: Duration
  /** The largest document. @default '512KiB' */
  readonly maxBytes?: Size
  /** What sends the request. It must not follow redirects. @default the global fetch */
  readonly fetch?: DocumentFetch
  /**
   * Refuses hosts that have addresses of private networks or of this machine. Always on for the issuers of
   * `resolveIssuer`. @default false
   */
  readonly publicOnly?: boolean
  /** Finds the addresses for `publicOnly`. @default the system's resolver */
  readonly resolve?: Resolve
}

/**
 * The bounds of each fetch, from options.
 *
 * @throws {JwtError} `ERR_JWT_OPTION` for a bound that cannot be kept.
 */
export function fetchBounds(options: DocumentOptions): FetchBounds {
  const timeout = parseDuration(options.timeout ?? '5s')
  const maxBytes = parseSize(options.maxBytes ?? '512KiB')
  if (timeout === 0 || timeout > 2 ** 31 - 1) throw optionNotKept('timeout', 'more than 0, and at most 24 days')
  if (maxBytes === 0) throw optionNotKept('maxBytes', 'at least 1')
  return {
    fetch: options.fetch,
    timeout,
    maxBytes,
    publicOnly: options.publicOnly ? { resolve: options.resolve } : false,
  }
}

/** What says which bound an option breaks. */
export function optionNotKept(option: string, bound: string): JwtError {
  return new JwtError('ERR_JWT_OPTION', `${option} has to be ${bound}.`)
}
