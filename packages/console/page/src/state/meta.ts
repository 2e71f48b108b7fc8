import { effect, type Signal, signal } from '@preact/signals'
import type { Meta } from '../../../src/api.ts'
import { ask } from './ask.ts'
import { connections, listen } from './live.ts'

/** What the console is and has; undefined until it said so. */
export const meta: Signal<Meta | undefined> = signal(undefined)

/** Reads it now, and anew with each connection. */
export function startMeta(): void {
  effect(() => {
    if (connections.value >= 0) void load()
  })
  listen('cleared', () => void load())
  setInterval(() => void (document.visibilityState === 'visible' && load()), 10_000)
}

async function load(): Promise<void> {
  try {
    meta.value = await ask<Meta>('api/meta')
  } catch {
    // The stream tells how the connection stands.
  }
}

/**
 * Whether this process's telemetry is connected to the console: metrics are from the start, spans and log lines with the
 * first of them. True until the console said otherwise.
 */
export function isTapped(): boolean {
  const tapped = meta.value?.tapped
  return tapped === undefined || tapped.spans || tapped.logs || tapped.metrics
}

const colours = new Map<string, number>()

/** One of the eight colours of services: each keeps its own, in the order of their appearance. */
export function serviceColour(service: string): string {
  for (const known of meta.value?.services ?? []) remember(known)
  return `s${remember(service) % 8}`
}

function remember(service: string): number {
  const colour = colours.get(service) ?? colours.size
  colours.set(service, colour)
  return colour
}
