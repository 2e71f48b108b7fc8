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
