import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type PerformanceEntry,
} from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'

const isBun = 'Bun' in globalThis
const windowMs = 1000
const resolution = 10

/** How the process is. What the runtime does not tell is absent, not zero. */
export interface RuntimeFacts {
  readonly runtime: string
  readonly pid: number
  readonly uptimeSeconds: number
  readonly memory: Readonly<Record<string, number>>
  readonly heap: { readonly usedBytes: number; readonly totalBytes: number; readonly limitBytes: number }
  readonly cpu: { readonly userSeconds: number; readonly systemSeconds: number }
  /** Over one second. */
  readonly eventLoop: { readonly delayMs: Delay; readonly utilization?: number }
  /** Over the same second. */
  readonly garbageCollection?: Collections
  /** What keeps the event loop alive, by type. */
  readonly handles?: Readonly<Record<string, number>>
}

interface Delay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

interface Collections {
  readonly count: number
  readonly durationMs: number
  readonly byKind: Readonly<Record<string, number>>
}

let underWay: Promise<RuntimeFacts> | undefined

/** Looks for a second. Those who ask meanwhile share one look. */
export function measureRuntime(): Promise<RuntimeFacts> {
  return (underWay ??= measure().finally(() => (underWay = undefined)))
}

async function measure(): Promise<RuntimeFacts> {
  const delay = monitorEventLoopDelay({ resolution })
  const collections = isBun ? undefined : watchCollections()
  const before = performance.eventLoopUtilization()
  delay.enable()
  await pause(windowMs)
  delay.disable()
  const { utilization } = performance.eventLoopUtilization(before)
  return {
    ...stillFacts(),
    eventLoop: { delayMs: delayOf(delay), ...(!isBun && { utilization: round(utilization) }) },
    ...(collections && { garbageCollection: collections() }),
    ...(!isBun && { handles: countsOf(process.getActiveResourcesInfo()) }),
  }
}

type StillFacts = Omit<RuntimeFacts, 'eventLoop' | 'garbageCollection' | 'handles'>

/** What is known without looking for a while. */
export function stillFacts(): StillFacts {
  const { used_heap_size, total_heap_size, heap_size_limit } = getHeapStatistics()
  const { user, system } = process.cpuUsage()
  return {
    runtime: isBun ? `Bun ${process.versions['bun']}` : `Node ${process.versions.node}`,
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
    memory: { ...process.memoryUsage() },
    heap: { usedBytes: used_heap_size, totalBytes: total_heap_size, limitBytes: heap_size_limit },
    cpu: { userSeconds: user / 1e6, systemSeconds: system / 1e6 },
  }
}

/** Node counts the time between two turns of a timer, Bun how late it is. */
function delayOf(monitor: ReturnType<typeof monitorEventLoopDelay>): Delay {
  const late = (nanoseconds: number): number => round(Math.max(0, nanoseconds / 1e6 - (isBun ? 0 : resolution)))
  return { p50: late(monitor.percentile(50)), p99: late(monitor.percentile(99)), max: late(monitor.max) }
}

const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Begins to count collections. The function that is returned ends it. */
function watchCollections(): () => Collections {
  const seen: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => void seen.push(...list.getEntries()))
  observer.observe({ entryTypes: ['gc'] })
  return () => {
    seen.push(...observer.takeRecords())
    observer.disconnect()
    const durationMs = round(seen.reduce((sum, { duration }) => sum + duration, 0))
    return { count: seen.length, durationMs, byKind: countsOf(seen.map(kindOf)) }
  }
}

function kindOf({ detail }: PerformanceEntry & { readonly detail?: unknown }): string {
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined
  return kinds.get(kind) ?? 'other'
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries(counts)
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
