import type { Session } from 'node:inspector/promises'
import { DebugError } from './debug-error.ts'

/**
 * A session of the inspector with this process, in which a profiler has begun. The module is loaded when it is first
 * needed: few processes ever do.
 *
 * @throws {DebugError} `ERR_DEBUG_UNSUPPORTED` (as a rejection) when the runtime gives no inspector or no profiler.
 */
export async function openInspector(begin: (inspector: Session) => Promise<void>): Promise<Session> {
  const session = await connect()
  try {
    await begin(session)
    return session
  } catch (cause) {
    // On Bun that would end the profiler of somebody else: there is one in the process.
    if (!('Bun' in globalThis)) session.disconnect()
    throw unsupported('The profiler does not begin: another one runs, or the runtime has none.', cause)
  }
}

async function connect(): Promise<Session> {
  try {
    const { Session } = await import('node:inspector/promises')
    const session = new Session()
    session.connect()
    return session
  } catch (cause) {
    throw unsupported(
      'The inspector is not to be had: the runtime was built without it, or --permission forbids it.',
      cause,
    )
  }
}

function unsupported(message: string, cause: unknown): DebugError {
  return new DebugError('ERR_DEBUG_UNSUPPORTED', message, { cause })
}
