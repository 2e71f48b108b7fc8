import { connect } from 'node:net'
import { type BuiltInCheck, builtInCheck } from './check.ts'
import { HealthError } from './health-error.ts'

/** Settings of {@link tcpCheck}. */
export interface TcpCheckOptions {
  readonly host: string
  readonly port: number
}

/**
 * Checks that something accepts TCP connections. It says nothing about what stands behind the socket: prefer a check
 * that asks.
 *
 * @throws {HealthError} `ERR_HEALTH_OPTION` when there is no such port.
 */
export function tcpCheck({ host, port }: TcpCheckOptions): BuiltInCheck {
  if (typeof host !== 'string' || host === '') throw invalid('the host is missing.')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw invalid(`${port} is no port. Write 1 to 65535.`)
  return builtInCheck((signal) => untilConnected(host, port, signal), 'component')
}

function untilConnected(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const stop = (): void => void socket.destroy(new Error('aborted'))
    signal.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => socket.destroy())
    socket.once('connect', resolve)
    socket.on('error', reject)
    socket.once('close', () => signal.removeEventListener('abort', stop))
  })
}

function invalid(what: string): HealthError {
  return new HealthError('ERR_HEALTH_OPTION', `tcpCheck cannot be made: ${what}`)
}
