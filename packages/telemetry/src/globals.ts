import {
  context,
  logs,
  metrics,
  propagation,
  trace,
  type ContextManager,
  type LoggerProvider,
  type MeterProvider,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api'
import type { Reporter } from './reporter.ts'

/** Where every copy of `@opentelemetry/api` 1.x keeps what was registered. */
const apiKey = Symbol.for('opentelemetry.js.api.1')

/** A part of the OpenTelemetry API that takes one registration a process. */
export type ApiPart = 'context' | 'diag' | 'logs' | 'metrics' | 'propagation' | 'trace'

/** Whether something has registered this part already: a runtime's own tracer, another SDK, or the application. */
export function isRegistered(part: ApiPart): boolean {
  const api: unknown = Reflect.get(globalThis, apiKey)
  return typeof api === 'object' && api !== null && Reflect.get(api, part) !== undefined
}

/** Registers with the OpenTelemetry API, and takes back only what it has registered itself. */
export interface Globals {
  context(manager: ContextManager): void
  propagation(propagator: TextMapPropagator): void
  trace(provider: TracerProvider): void
  metrics(provider: MeterProvider): void
  logs(provider: LoggerProvider): void
  /** Takes back what was registered. */
  release(): void
}

/** Makes the {@link Globals} of one `startTelemetry`. */
export function createGlobals(reporter: Reporter): Globals {
  const taken: (() => void)[] = []
  function register(part: ApiPart, set: () => boolean, unset: () => void): void {
    if (set()) taken.push(unset)
    else reporter.report('error', refusal(part))
  }
  return {
    context: (manager) =>
      register(
        'context',
        () => context.setGlobalContextManager(manager),
        () => context.disable(),
      ),
    propagation: (propagator) =>
      register(
        'propagation',
        () => propagation.setGlobalPropagator(propagator),
        () => propagation.disable(),
      ),
    trace: (provider) =>
      register(
        'trace',
        () => trace.setGlobalTracerProvider(provider),
        () => trace.disable(),
      ),
    metrics: (provider) =>
      register(
        'metrics',
        () => metrics.setGlobalMeterProvider(provider),
        () => metrics.disable(),
      ),
    logs: (provider) =>
      register(
        'logs',
        () => logs.setGlobalLoggerProvider(provider),
        () => logs.disable(),
      ),
    release: () => taken.splice(0).forEach((unset) => unset()),
  }
}

function refusal(part: ApiPart): string {
  return `@opentelemetry/api refused to register ${part}: another version of it was loaded first. Install one version, 1.10.`
}
