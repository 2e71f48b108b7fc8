import { effect, type Signal, signal } from '@preact/signals'
import type { LogEntry, LogPage } from '../../../src/api.ts'
import { ask } from './ask.ts'
import { boot, connections, listen } from './live.ts'
import { place } from './place.ts'

const pageSize = 1000
/** As many of the newest are kept here; older ones stay in the service. */
const mostLogs = 20_000

/** The lines that the address asks for, and what else there is. */
export interface LogList {
  /** The oldest first. */
  readonly logs: readonly LogEntry[]
  /** How many lines the service holds, whatever the filter. */
  readonly held: number
  readonly facets: LogPage['facets']
  /** The cursor of older lines. */
  readonly next: number | undefined
}

/** The log lines of the logs view; undefined until the first answer. */
export const logList: Signal<LogList | undefined> = signal(undefined)

let asked = ''
let process: string | undefined
let reading = false

/** Reads the lines that the address asks for, and hears of new ones, while the view shows them. */
export function startLogs(): void {
  listen('logs', ({ logs, skipped }) => {
    if (place.peek().view !== 'logs' || logList.peek() === undefined) return
    append(logs)
    if (skipped > 0) void load(parameters(), false)
  })
  listen('cleared', () => void load(parameters(), true))
  effect(() => {
    if (place.value.view !== 'logs' || connections.value < 0) return
    const now = parameters()
    const other = JSON.stringify(now)
    const anew = other !== asked || (process !== undefined && process !== boot.value)
    asked = other
    process = boot.value
    void load(now, anew)
  })
}

/** Reads older lines, where there are any. */
export async function loadOlder(): Promise<void> {
  const list = logList.peek()
  if (list?.next === undefined || reading || list.logs.length >= mostLogs) return
  reading = true
  try {
    const page = await ask<LogPage>('api/logs', { ...parameters(), limit: String(pageSize), before: String(list.next) })
    const current = logList.peek()
    if (current?.next !== list.next) return
    logList.value = { ...current, next: page.next, logs: [...page.logs.toReversed(), ...current.logs] }
  } catch {
    // Reaching the beginning again asks again.
  } finally {
    reading = false
  }
}

function parameters(): Record<string, string> {
  const { query } = place.value
  return Object.fromEntries(['search', 'level', 'service', 'logger'].map((name) => [name, query.get(name) ?? '']))
}

async function load(wanted: Record<string, string>, anew: boolean): Promise<void> {
  const list = logList.peek()
  const newest = anew ? undefined : list?.logs.at(-1)?.seq
  try {
    const after = newest === undefined ? undefined : String(newest)
    const page = await ask<LogPage>('api/logs', { ...wanted, limit: String(pageSize), after })
    if (JSON.stringify(wanted) !== asked) return
    const { held, facets } = page
    if (anew || list === undefined) logList.value = { held, facets, next: page.next, logs: page.logs.toReversed() }
    else append(page.logs.toReversed(), { held, facets })
  } catch {
    // The stream tells how the connection stands, and this is read again when it is back.
  }
}

function append(logs: readonly LogEntry[], about: Partial<LogList> = {}): void {
  const list = logList.peek()
  if (list === undefined) return
  const newest = list.logs.at(-1)?.seq ?? -1
  const fresh = logs.filter(({ seq }) => seq > newest)
  logList.value = { ...list, held: list.held + fresh.length, ...about, logs: [...list.logs, ...fresh].slice(-mostLogs) }
}
