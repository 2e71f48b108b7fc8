import { core } from './core.ts'
import type { Exchange } from './exchange.ts'

/** Whether a request is a probe or a scrape: `/livez`, `/readyz`, `/startupz`, `/healthz`, `/metrics` or a registered path. */
export function isProbe(x: Pick<Exchange, 'path'>): boolean {
  return core().probes.has(x.path)
}

/** Makes {@link isProbe} know a path, for example a health endpoint mounted elsewhere. */
export function registerProbe(path: string): void {
  core().probes.add(path)
}
