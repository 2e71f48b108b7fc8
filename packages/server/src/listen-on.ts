import { unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import type { MaybePromise } from '@seaworthy/middleware'
import { urlOf, type Address } from './address.ts'
import { ServerError } from './server-error.ts'

/**
 * Listens, also on a socket file that a killed process has left behind.
 *
 * @throws {ServerError} `ERR_SERVER_ADDRESS_IN_USE` or `ERR_SERVER_LISTEN` when the runtime cannot listen there.
 */
export async function listenOn<T>(address: Address, listen: () => MaybePromise<T>): Promise<T> {
  try {
    return await listen()
  } catch (error) {
    if (!('path' in address) || codeOf(error) !== 'EADDRINUSE' || (await answers(address.path))) {
      throw listenError(address, error)
    }
    await unlink(address.path)
    return await listen()
  }
}

function listenError(address: Address, cause: unknown): ServerError {
  const where = 'path' in address ? address.path : `port ${address.port}`
  if (codeOf(cause) === 'EADDRINUSE') {
    return new ServerError('ERR_SERVER_ADDRESS_IN_USE', `Another process already listens on ${where}.`, { cause })
  }
  const why = cause instanceof Error ? cause.message : String(cause)
  return new ServerError('ERR_SERVER_LISTEN', `Cannot listen on ${urlOf(address, undefined, false)}: ${why}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** Whether somebody listens on a socket file. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'))
  })
}
