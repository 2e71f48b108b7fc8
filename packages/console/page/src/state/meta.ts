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

const taken = new Map<string, number>()
/** Between this service's colour and the last, which is grey: for services beyond them. */
const others = 6

/**
 * The class of a service's colour. This service has the first of eight; each other one has the same in every tab, as long
 * as there are colours left.
 */
export function serviceColour(service: string): string {
  return `s${service === meta.value?.service.name ? 0 : colourOfOther(service)}`
}

function colourOfOther(service: string): number {
  const known = taken.get(service)
  if (known !== undefined) return known
  const used = new Set(taken.values())
  const start = hash(service)
  const steps = Array.from({ length: others }, (_, step) => 1 + ((start + step) % others))
  const colour = steps.find((each) => !used.has(each)) ?? others + 1
  taken.set(service, colour)
  return colour
}

function hash(text: string): number {
  let value = 7
  for (let index = 0; index < text.length; index += 1) value = (value * 31 + text.charCodeAt(index)) % 1_000_003
  return value
}
