import { isCrossSite, type Exchange } from '@seaworthy/middleware'
import { denial, type Denial } from './denial.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * For credentials that a browser sends on its own: refuses a request that another site may have caused (cross-site
 * request forgery). Reads `Sec-Fetch-Site`, else `Origin`. Safe methods pass, but for WebSocket upgrades; a request
 * with neither header comes from no browser and passes.
 *
 * @param origins - Other origins that may cause requests, such as `https://app.example.com`.
 */
export function checkOrigin(x: Exchange, origins: readonly string[] = []): Denial | undefined {
  if (safeMethods.has(x.method) && x.header('upgrade') === undefined) return undefined
  const origin = x.header('origin')
  if (origin !== undefined && origins.includes(origin)) return undefined
  return isCrossSite(x) ? crossSite : undefined
}

const crossSite = denial('invalid', 'caused by another site')
