import { expect, test } from 'vitest'
import { rollingRestart } from './rolling-restart.ts'

test('four rolling restarts under load lose no request; a service that just closes does (shutdown/28)', async () => {
  const [graceful, naive] = await Promise.all([
    rollingRestart('graceful-server.ts', { restarts: [0, 1, 0, 1], requests: 1_000, patience: 10_000 }),
    rollingRestart('naive-server.ts', { restarts: [0, 1], requests: 200, patience: 1_000 }),
  ])
  // Without a failure here, the other run would prove nothing.
  expect(naive.failures.length).toBeGreaterThan(0)
  expect(graceful.failures).toEqual([])
  expect(graceful.exits).toEqual([0, 0, 0, 0])
  expect(graceful.requests).toBeGreaterThan(1_000)
}, 60_000)
