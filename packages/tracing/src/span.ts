import { context, INVALID_SPAN_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Context, Span, SpanOptions } from '@opentelemetry/api'
import { thrownErrorType } from '@seaworthy/middleware/http-conventions'
import { activeTracer } from './active-tracer.ts'
import { innerException, recordException } from './record-exception.ts'

const noSpan: Span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

/**
 * Runs a function in a span of its own, which is active while it runs.
 *
 * The span ends when the function has returned, or when the promise that it returned has settled. What it throws is
 * recorded and thrown on.
 *
 * @returns What the function returns.
 */
export function span<T>(name: string, fn: (span: Span) => T, options: SpanOptions = {}): T {
  return spanIn(context.active(), name, fn, options)
}

/** {@link span}, as a child of what a context holds. */
export function spanIn<T>(parent: Context, name: string, fn: (span: Span) => T, options: SpanOptions): T {
  const tracer = activeTracer()
  if (!tracer) return runIn(parent, fn, trace.getSpan(parent) ?? noSpan)
  const opened = tracer.startSpan(name, options, parent)
  const within = trace.setSpan(parent, opened)
  let result
  try {
    result = context.with(within, fn, undefined, opened)
  } catch (error) {
    fail(opened, error, within)
    throw error
  }
  return ended(result, opened, within)
}

function runIn<T>(parent: Context, fn: (span: Span) => T, passive: Span): T {
  return parent === context.active() ? fn(passive) : context.with(parent, fn, undefined, passive)
}

/** Ends the span with the result: at once, or when a promise settles. */
function ended<T>(result: T, opened: Span, within: Context): T {
  if (!isThenable(result)) {
    end(opened)
    return result
  }
  const next = Promise.resolve(result).then(
    (value) => {
      end(opened)
      return value
    },
    (error: unknown) => {
      fail(opened, error, within)
      throw error
    },
  )
  // The promise that follows is handed out, not the one that came: a rejection that nobody awaits is still reported, and
  // a query builder, which runs whenever its `then` is called, runs once. It stands for the same type of value.
  return next as T
}

/** The function may have ended its span itself. */
function end(opened: Span): void {
  if (opened.isRecording()) opened.end()
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function fail(opened: Span, error: unknown, within: Context): void {
  opened.setAttribute('error.type', thrownErrorType(error))
  opened.setStatus(
    error instanceof Error ? { code: SpanStatusCode.ERROR, message: error.message } : { code: SpanStatusCode.ERROR },
  )
  recordException(opened, error, innerException, within)
  end(opened)
}
