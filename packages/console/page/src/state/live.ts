import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { LiveEvents, LiveTopic } from '../../../src/api.ts'
import { place } from './place.ts'

/** How the stream stands: `lost` is said only after a moment, so that a blink of the network is not an alarm. */
export type Connection = 'connecting' | 'live' | 'lost'

/** How the stream stands now. */
export const connection: Signal<Connection> = signal('connecting')

/** Counts the connections: whoever keeps a list reads what it missed when this changes. */
export const connections: Signal<number> = signal(0)

/** The process that is watched; another one means that nothing read before holds. */
export const boot: Signal<string | undefined> = signal(undefined)

type Listener<Name extends keyof LiveEvents> = (data: LiveEvents[Name]) => void
const listeners = new Map<keyof LiveEvents, Set<(data: never) => void>>()
const names = ['hello', 'requests', 'logs', 'metrics', 'health', 'cleared'] as const
const delays = [300, 600, 1200, 2400, 4000] as const
/** A hidden page gives its connection back: browsers allow six to one server. */
const hiddenFor = 60_000

const topics: Readonly<Record<string, readonly LiveTopic[]>> = {
  requests: ['requests', 'health'],
  traces: ['requests', 'logs', 'health'],
  logs: ['logs', 'health'],
  metrics: ['metrics', 'health'],
}

const wanted: ReadonlySignal<string> = computed(() => {
  const { view, id, query } = place.value
  const parameters = new URLSearchParams({ topics: (topics[view] ?? ['health']).join(',') })
  if (view === 'traces' && id) parameters.set('trace', id)
  if (view === 'logs') {
    for (const name of ['search', 'level', 'service', 'logger']) {
      const value = query.get(name)
      if (value) parameters.set(name, value)
    }
  }
  return `api/events?${parameters}`
})

/** Hears each event of a name, until the function that is returned is called. */
export function listen<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
  const all = listeners.get(name) ?? new Set()
  listeners.set(name, all.add(listener))
  return () => all.delete(listener)
}

let source: EventSource | undefined
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let complaint: ReturnType<typeof setTimeout> | undefined

function open(): void {
  clearTimeout(timer)
  source?.close()
  source = new EventSource(address())
  for (const name of names) source.addEventListener(name, (event) => hear(name, event.data))
  source.addEventListener('error', retry)
}

function address(): string {
  return new URL(wanted.peek(), document.baseURI).href
}

function hear(name: keyof LiveEvents, text: string): void {
  // The place changed, and the stream that fits it is about to be opened: what this one tells is for the last place.
  if (source?.url !== address()) return
  const data = parse(text)
  if (name === 'hello') welcome(data)
  listeners.get(name)?.forEach((listener) => listener(data))
}

/** The console's own API: its types are what it sends. */
function parse(text: string): never {
  return JSON.parse(text) as never
}

function welcome(hello: LiveEvents['hello']): void {
  failures = 0
  clearTimeout(complaint)
  complaint = undefined
  batch(() => {
    connection.value = 'live'
    boot.value = hello.boot
    connections.value += 1
  })
}

/** The browser's own retries wait longer, and end for good at an answer such as 502. */
function retry(): void {
  source?.close()
  complaint ??= setTimeout(() => (connection.value = 'lost'), 1500)
  timer = setTimeout(open, delays[Math.min(failures, delays.length - 1)])
  failures += 1
}

/** Begins to listen, and listens to what the place needs from then on. */
export function startLive(): void {
  let pending: ReturnType<typeof setTimeout> | undefined
  effect(() => {
    const url = new URL(wanted.value, document.baseURI).href
    clearTimeout(pending)
    // A filter changes with every key: the stream follows when the typing rests.
    if (source?.url !== url) pending = setTimeout(open, source === undefined ? 0 : 180)
  })

  let hide: ReturnType<typeof setTimeout> | undefined
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hide)
    if (document.visibilityState === 'visible') {
      if (source?.readyState === EventSource.CLOSED) open()
    } else {
      hide = setTimeout(rest, hiddenFor)
    }
  })
}

function rest(): void {
  clearTimeout(timer)
  source?.close()
}
