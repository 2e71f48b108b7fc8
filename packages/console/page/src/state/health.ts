import { effect, type Signal, signal } from '@preact/signals'
import type { HealthView } from '../../../src/api.ts'
import { ask } from './ask.ts'
import { connections, listen } from './live.ts'

/** How the service stands; undefined until the first answer. */
export const health: Signal<HealthView | undefined> = signal(undefined)

/** Reads it now and with each connection, and hears of changes. */
export function startHealth(): void {
  listen('health', (view) => (health.value = view))
  effect(() => {
    if (connections.value >= 0) void load()
  })
}

async function load(): Promise<void> {
  try {
    health.value = await ask<HealthView>('api/health')
  } catch {
    // The stream tells how the connection stands.
  }
}
