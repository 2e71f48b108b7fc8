import { createRequire } from 'node:module'
import { BasicAuthError } from './basic-auth-error.ts'

const require = createRequire(import.meta.url)

/**
 * Loads a native module at once: so it is loaded only where a hash needs it, and what is not there is known at the
 * start rather than at the first login.
 *
 * @throws {BasicAuthError} `ERR_BASIC_AUTH_NATIVE` when it has no binary for this machine, or was not installed.
 */
export function loadNative<T>(name: string, isModule: (loaded: unknown) => loaded is T): T {
  let cause: unknown
  try {
    const loaded: unknown = require(name)
    if (isModule(loaded)) return loaded
  } catch (error) {
    cause = error
  }
  throw new BasicAuthError(
    'ERR_BASIC_AUTH_NATIVE',
    `${name} cannot be loaded on ${process.platform}-${process.arch}. Install without leaving optional dependencies ` +
      'out, on the kind of machine that it runs on, or store hashes of scrypt.',
    { cause },
  )
}

/** Whether a module has functions of these names. */
export function hasFunctions(loaded: unknown, ...names: readonly string[]): boolean {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    names.every((name) => typeof Reflect.get(loaded, name) === 'function')
  )
}
