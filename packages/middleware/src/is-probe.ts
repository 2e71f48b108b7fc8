import { core } from './core.ts'
import type { Exchange } from './exchange.ts'

/** Which lengths the first `measured` probes have: another copy of this package may register more. */
const lengths: true[] = []
let measured = 0

/** Whether a request is a probe or a scrape: `/livez`, `/readyz`, `/startupz`, `/healthz`, `/metrics` or a registered path. */
export function isProbe({ path }: Pick<Exchange, 'path'>): boolean {
  const { probes } = core()
  if (probes.size !== measured) measure(probes)
  // A path is hashed to be looked up, and hardly any has the length of a probe.
  return lengths[path.length] === true && probes.has(path)
}

/** Makes {@link isProbe} know a path, for example a health endpoint mounted elsewhere. */
export function registerProbe(path: string): void {
  core().probes.add(path)
}

function measure(probes: ReadonlySet<string>): void {
  for (const { length } of probes) lengths[length] = true
  measured = probes.size
}
