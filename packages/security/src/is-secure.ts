import { isDevelopment, isForwarded, isLoopback, type Exchange } from '@seaworthy/middleware'

/**
 * Whether credentials may be taken: over HTTPS, or within this machine. A request that came over no socket, as those
 * of `app.request()`, counts as the latter in development and in tests.
 */
export function isSecure(x: Exchange): boolean {
  return x.scheme === 'https' || isLoopback(x) || isInProcess(x)
}

function isInProcess(x: Exchange): boolean {
  return x.peer === undefined && isDevelopment() && localHost.test(x.host) && !isForwarded(x)
}

const localHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

const warned = new Set<string>()

/** Says once for each scheme why requests are refused. */
export function warnInsecure(scheme: string): void {
  if (warned.has(scheme)) return
  warned.add(scheme)
  console.warn(
    `seaworthy: a request for the scheme ${JSON.stringify(scheme)} came over plain HTTP and was refused with 403. ` +
      'Behind a proxy that ends TLS, mount trustProxy(). To take credentials over plain HTTP, set [allowInsecure]: true.',
  )
}
