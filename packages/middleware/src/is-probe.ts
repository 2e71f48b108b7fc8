import { core } from './core.ts'
import type { Exchange } from './exchange.ts'

/** Which lengths the first `measured` probes have: another copy of this package may register more. */
const lengths: true[] = []
/** The areas among them, each with its slash at the end. */
const areas: string[] = []
let measured = 0

/** Whether a request is a probe or a scrape: `/livez`, `/readyz`, `/startupz`, `/healthz`, `/metrics` or a registered path. */
export function isProbe({ path }: Pick<Exchange, 'path'>): boolean {
  const { probes } = core()
  if (probes.size !== measured) measure(probes)
  // A path is hashed to be looked up, and hardly any has the length of a probe.
  if (lengths[path.length] === true && probes.has(path)) return true
  return areas.some((area) => path.startsWith(area))
}

/**
 * Makes {@link isProbe} know a path, for example a health endpoint mounted elsewhere. A path that ends in `/*` stands
 * for everything below it.
 */
export function registerProbe(path: string): void {
  core().probes.add(path)
}

function measure(probes: ReadonlySet<string>): void {
  areas.length = 0
  for (const path of probes) {
    if (path.endsWith('/*')) areas.push(path.slice(0, -1))
    else lengths[path.length] = true
  }
  measured = probes.size
}
