import { isLoopback, type Exchange } from '@seaworthy/middleware'

/** Who may use it: whoever calls from this machine, or whom a function lets in. */
export type DebugAccess = 'loopback' | ((x: Exchange) => boolean | Promise<boolean>)

/** Decides for one request. What throws, rejects or is not `true` lets nobody in. */
export async function isAllowed(access: DebugAccess, x: Exchange): Promise<boolean> {
  if (access === 'loopback') return isLoopback(x)
  try {
    return (await access(x)) === true
  } catch {
    return false
  }
}

/**
 * Whether a page of another site has caused the request (cross-site request forgery). A request without either header
 * comes from no browser.
 */
export function isCrossSite(x: Exchange): boolean {
  const site = x.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = x.header('origin')
  return origin !== undefined && origin !== `${x.scheme}://${x.host}`
}
