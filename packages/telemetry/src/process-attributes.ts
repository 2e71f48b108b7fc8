import type { Attributes } from '@opentelemetry/api'
import { userInfo } from 'node:os'
import { basename } from 'node:path'

/**
 * The `process.*` attributes of this process. Without `process.command_args` and `process.command_line`: people pass
 * secrets in arguments.
 */
export function processAttributes(): Attributes {
  const bun = process.versions['bun']
  return {
    'process.pid': process.pid,
    'process.executable.name': basename(process.execPath),
    'process.executable.path': process.execPath,
    'process.runtime.name': bun === undefined ? 'nodejs' : 'bun',
    'process.runtime.version': bun ?? process.versions.node,
    'process.runtime.description': bun === undefined ? 'Node.js' : 'Bun',
    ...owner(),
  }
}

function owner(): Attributes {
  try {
    return { 'process.owner': userInfo().username }
  } catch {
    // A container may run as a user id that no passwd entry names.
    return {}
  }
}
