import { explain } from '@seaworthy/config'
import { debug, type Debug } from '@seaworthy/debug'
import { isDevelopment } from '@seaworthy/middleware'
import type { RoutePolicy } from '@seaworthy/security'

/**
 * What changes and measures a running service, for whoever calls from this machine; none in production, unless the
 * configuration says so.
 */
export function debugging(
  cfg: { readonly debug: boolean | undefined },
  routes: () => readonly RoutePolicy[],
): Debug | undefined {
  const isOn = cfg.debug ?? isDevelopment()
  return isOn ? debug({ authorize: 'loopback', config: () => explain(cfg), routes }) : undefined
}
