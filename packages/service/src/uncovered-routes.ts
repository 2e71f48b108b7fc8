import type { Middleware } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'
import { isRouted, policiesOf, type Policy } from './policies.ts'

/** What the policies of an application say about routes that they do not cover, one text each. */
export function uncoveredRoutes(guards: readonly Middleware[], app: App | undefined): readonly string[] {
  if (app === undefined || !isRouted(app)) return []
  return [...new Set(policiesOf(guards, app).flatMap((policy) => complaints(policy, app)))]
}

/** A message lists its problems in lines that begin with a dash, or is one itself. */
function complaints(policy: Policy, app: App): readonly string[] {
  try {
    policy.assertCovered(app)
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const [, ...listed] = message.split('\n- ')
    return listed.length > 0 ? listed : [message]
  }
}
