import type { Middleware } from '@seaworthy/middleware'
import { Hono } from 'hono'
import {
  type BuiltInCheck,
  type Check,
  type CheckFunction,
  health,
  type Health,
  type Lifecycle,
  memoryCheck,
} from './index.ts'

// A Health is a middleware in Hono and for the floor.
const part: Health = health()
export const middleware: Middleware = part
export const app: Hono = new Hono().use(part)

// Checks are functions, built-in ones included, or definitions of them.
export const functions: CheckFunction[] = [
  () => {},
  async (signal) => fetch('http://x', { signal }),
  memoryCheck({ used: '90%' }),
]
export const builtIn: BuiltInCheck = memoryCheck({ used: '512MiB' })
export const definition: Check = {
  check: builtIn,
  kind: 'degraded',
  gates: ['ready', 'startup'],
  timeout: '1s',
  interval: 5_000,
}

// @ts-expect-error A share needs its sign.
memoryCheck({ used: '90' })
// @ts-expect-error No such kind.
export const badKind: Check = { check: () => {}, kind: 'fatal' }
// @ts-expect-error No check gates liveness.
export const badGate: Check = { check: () => {}, gates: ['live'] }
// @ts-expect-error A duration has a unit.
export const badTimeout: Check = { check: () => {}, timeout: '5' }

// A life cycle is known by its shape.
export const life: Lifecycle = { state: 'ready' }
export const more: Health = health({
  lifecycle: Object.assign(() => {}, { state: 'draining', mounted: true } as const),
})
// @ts-expect-error No such state.
health({ lifecycle: { state: 'up' } })

// @ts-expect-error A report cannot be changed.
part.report.status = 'pass'
// @ts-expect-error There is one event.
part.on('changed', () => {})
