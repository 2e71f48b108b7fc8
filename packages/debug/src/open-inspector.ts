import type { Session } from 'node:inspector/promises'
import { DebugError } from './debug-error.ts'

/**
 * A session of the inspector with this process. The module is loaded when it is first needed: few processes ever do.
 *
 * @throws {DebugError} `ERR_DEBUG_UNSUPPORTED` (as a rejection) when the runtime was built without it.
 */
export async function openInspector(): Promise<Session> {
  try {
    const { Session } = await import('node:inspector/promises')
    const session = new Session()
    session.connect()
    return session
  } catch (cause) {
    throw new DebugError(
      'ERR_DEBUG_UNSUPPORTED',
      'The inspector is not to be had: the runtime was built without it, or --permission forbids it.',
      { cause },
    )
  }
}
