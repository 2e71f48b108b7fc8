import type { Exchange } from './exchange.ts'

/**
 * Whether a page of another site has caused a request (cross-site request forgery): by `Sec-Fetch-Site`, else by
 * `Origin`. A request with neither header comes from no browser.
 */
export function isCrossSite(x: Pick<Exchange, 'header' | 'scheme' | 'host'>): boolean {
  const site = x.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = x.header('origin')
  return origin !== undefined && origin !== `${x.scheme}://${x.host}`
}
