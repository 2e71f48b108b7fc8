import { context, type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { CheckCall } from './call-check.ts'
import type { DefinedCheck } from './defined-check.ts'
import type { Verdict } from './verdict.ts'

/** Surrounds a call with a CLIENT span `health.check <name>`, in which it also runs. */
export function withCheckSpan({ name, kind }: DefinedCheck, parent: Context, call: () => CheckCall): CheckCall {
  const attributes = { 'health.check.name': name, 'health.check.kind': kind }
  const tracer = trace.getTracer('@seaworthy/health')
  const span = tracer.startSpan(`health.check ${name}`, { kind: SpanKind.CLIENT, attributes }, parent)
  const { verdict, settled } = context.with(trace.setSpan(parent, span), call)
  return { verdict: verdict.then(end), settled }

  function end(result: Verdict): Verdict {
    span.setAttribute('health.check.status', result.status)
    if (result.errorType !== undefined) span.setAttribute('error.type', result.errorType)
    if (result.status === 'fail') span.setStatus({ code: SpanStatusCode.ERROR, message: result.output ?? '' })
    span.end()
    return result
  }
}
