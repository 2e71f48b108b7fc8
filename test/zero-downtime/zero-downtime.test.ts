import { describe, expect, test } from 'vitest'
import { rollingRestart } from './rolling-restart.ts'

describe('a rolling restart under load', () => {
  test('loses requests when servers just close, and none with a life cycle', async () => {
    const naive = await rollingRestart('naive-server.ts', 1000)
    const graceful = await rollingRestart('graceful-server.ts', 1000)
    console.log(naive, graceful)

    // Without a failure here, the other run would prove nothing.
    expect(naive.failures.length).toBeGreaterThan(0)
    expect(graceful.failures).toEqual([])
    expect(graceful.exits).toEqual([0, 0, 0, 0])
    expect(graceful.requests).toBeGreaterThan(1000)
  })
})
