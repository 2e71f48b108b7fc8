import type { App } from './app.ts'
import { bunRuntime } from './bun.ts'
import { readOptions, type ServeOptions, type ServeSettings } from './serve-options.ts'
import type { Server } from './server.ts'

/**
 * Listens on Node or on Bun with timeouts and limits that hold.
 *
 * @throws {ServerError} `ERR_SERVER_ADDRESS` when the address is malformed, `ERR_SERVER_ADDRESS_IN_USE` when another
 *   process has it, `ERR_SERVER_LISTEN` when the system refuses it, `ERR_SERVER_OPTION` when an option is out of range.
 * @throws {SeaworthyError} `ERR_UNSUPPORTED_OPTION` when this runtime cannot honour an option that is set.
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Server> {
  const settings = readOptions(options)
  const server = await start(app, settings, options)
  options.lifecycle?.attach(server)
  options.lifecycle?.ready()
  return server
}

/** Only the running runtime's part is loaded. */
async function start(app: App, settings: ServeSettings, options: ServeOptions): Promise<Server> {
  const bun = bunRuntime()
  if (bun) {
    const { serveOnBun } = await import('./serve-on-bun.ts')
    return serveOnBun(bun, app, settings, options)
  }
  const { serveOnNode } = await import('./serve-on-node.ts')
  return serveOnNode(app, settings)
}
