import { AsyncLocalStorage } from 'node:async_hooks'
import type { ExchangeRecord } from './exchange-record.ts'
import { SeaworthyError } from './seaworthy-error.ts'
import { version } from './version.ts'

/** Changes when two copies of this package could no longer work on one ExchangeRecord. */
const protocol = 1

/** Where a Request and a Hono context carry their exchange. */
export const exchangeSymbol: unique symbol = Symbol.for('seaworthy.exchange')

/** Marks our own middleware among the handlers of a Hono application. */
export const partsSymbol: unique symbol = Symbol.for('seaworthy.parts')

const coreSymbol = Symbol.for('seaworthy.core')

/** Receives what a hook threw. */
export type HookErrorReporter = (error: unknown, context: { readonly hook: string; readonly part: string }) => void

/** The part of an `AsyncLocalStorage` that is used, so that the declarations do not need the types of Node. */
export interface Ambient {
  getStore(): ExchangeRecord | undefined
  run<T, Args extends readonly unknown[]>(record: ExchangeRecord, work: (...args: Args) => T, ...args: Args): T
}

/** What all installed copies of this package share in one process. */
export interface Core {
  readonly protocol: number
  readonly version: string
  readonly ambient: Ambient
  readonly probes: Set<string>
  report: HookErrorReporter
}

interface Shared {
  [coreSymbol]?: Core
}

const shared: typeof globalThis & Shared = globalThis
let cached: Core | undefined

/**
 * The shared state, made by the copy that asks first.
 *
 * @throws {SeaworthyError} `ERR_TWO_CORES` when a copy of an incompatible version made it.
 */
export function core(): Core {
  return (cached ??= findCore())
}

function findCore(): Core {
  const found = (shared[coreSymbol] ??= createCore())
  if (found.protocol !== protocol) {
    throw new SeaworthyError(
      'ERR_TWO_CORES',
      `@seaworthy/middleware ${version} and ${found.version} are installed side by side and cannot share a request. ` +
        'Install all @seaworthy packages at one version.',
    )
  }
  return found
}

function createCore(): Core {
  return {
    protocol,
    version,
    ambient: new AsyncLocalStorage<ExchangeRecord>(),
    probes: new Set(['/livez', '/readyz', '/startupz', '/healthz', '/metrics']),
    report: reportToConsole,
  }
}

function reportToConsole(error: unknown, context: { readonly hook: string; readonly part: string }): void {
  console.error(`seaworthy: ${context.hook} of ${context.part} threw`, error)
}

/**
 * Sends what hooks throw somewhere else than `console.error`, for example to a logger.
 *
 * @returns A function that puts the former reporter back.
 */
export function setHookErrorReporter(report: HookErrorReporter): () => void {
  const state = core()
  const former = state.report
  state.report = report
  return () => {
    if (state.report === report) state.report = former
  }
}
