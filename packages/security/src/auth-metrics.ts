import { metrics, type Attributes, type Counter, type MeterProvider } from '@opentelemetry/api'
import type { Exchange } from '@seaworthy/middleware'
import type { Refusal } from './evaluate.ts'
import { principalsOf, type Grant } from './session.ts'

let instrument: { readonly provider: MeterProvider; readonly counter: Counter } | undefined

/** Counts a decision in `seaworthy.auth.attempts`, by scheme and outcome. */
export function recordAttempt(_x: Exchange, grants: readonly Grant[], refusal: Refusal | undefined): void {
  attempts().add(1, attributesOf(schemeOf(grants, refusal), refusal?.denial.code ?? outcomeOf(grants)))
}

/** The scheme that decided: `all` for several, `none` where there were no credentials. */
export function schemeOf(grants: readonly Grant[], refusal: Refusal | undefined): string {
  if (refusal) return refusal.failure?.condition.scheme.scheme ?? 'none'
  const [first, ...more] = principalsOf(grants)
  return more.length > 0 ? 'all' : (first?.scheme ?? 'none')
}

function outcomeOf(grants: readonly Grant[]): string {
  return grants.length > 0 ? 'success' : 'anonymous'
}

const known = new Map<string, Attributes>()

/** Schemes and outcomes are few, so that their attributes are made once. */
function attributesOf(scheme: string, outcome: string): Attributes {
  const id = `${scheme} ${outcome}`
  let attributes = known.get(id)
  if (!attributes) {
    attributes = Object.freeze({ 'seaworthy.auth.scheme': scheme, 'seaworthy.auth.outcome': outcome })
    known.set(id, attributes)
  }
  return attributes
}

/** Made with the first decision, and again for another provider: one made before the SDK started never records. */
function attempts(): Counter {
  const provider = metrics.getMeterProvider()
  if (instrument?.provider !== provider) {
    const counter = provider.getMeter('@seaworthy/security').createCounter('seaworthy.auth.attempts', {
      description: 'How often a request was let in or refused, by scheme and outcome.',
      unit: '{attempt}',
    })
    instrument = { provider, counter }
  }
  return instrument.counter
}
