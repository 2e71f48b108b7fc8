import { spawn } from 'node:child_process'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { eventually } from '../support/serve.ts'

test('a dead collector holds the exit no longer than its cap, and is no unhandled rejection (shutdown/24)', async () => {
  const sockets: Socket[] = []
  // It accepts everything and answers nothing.
  const blackHole = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve))
  const { port } = blackHole.address() as AddressInfo
  const child = spawn(process.execPath, [fileURLToPath(new URL('telemetry-service.ts', import.meta.url))], {
    env: { ...process.env, NODE_ENV: 'production', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
  })
  try {
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await eventually(() => output.includes('ready'), 'the service to be ready', 15_000)
    const begin = performance.now()
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
    expect(performance.now() - begin).toBeLessThan(2_500)
    // It really was asked: else the test would show nothing.
    expect(sockets.length).toBeGreaterThan(0)
    expect(output).toContain('a shutdown hook failed hook="telemetry"')
    expect(output).toContain('a shutdown hook failed hook="late"')
    expect(output).not.toContain('nobody caught')
  } finally {
    child.kill('SIGKILL')
    for (const socket of sockets) socket.destroy()
    blackHole.close()
  }
})
