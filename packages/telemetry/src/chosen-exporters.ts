import { environmentList } from './environment.ts'
import { hasEndpoint, otlpTarget, type OtlpTarget } from './otlp-settings.ts'
import type { Reporter } from './reporter.ts'
import type { Signal } from './signal.ts'
import { TelemetryError } from './telemetry-error.ts'

/** An exporter that was chosen for a signal: by name with its target, or the object the options gave. */
export type ChosenExporter<Custom> =
  | { readonly kind: 'otlp'; readonly target: OtlpTarget }
  | { readonly kind: 'console' | 'prometheus' }
  | { readonly kind: 'custom'; readonly exporter: Custom }

/** What is chosen for a signal. */
export interface Choice<Custom> {
  readonly exporters: readonly ChosenExporter<Custom>[]
  /** Whether somebody decided: `none` is a decision, an empty environment is not. */
  readonly decided: boolean
}

/**
 * The exporters of a signal: those of the options, else of `OTEL_<SIGNAL>_EXPORTER`, else OTLP where an endpoint is
 * configured, else none. A name that the signal does not know is reported and left out.
 *
 * @throws {TelemetryError} `ERR_TELEMETRY_OPTION` when the unknown name stands in the options.
 */
export function chooseExporters<Custom extends object>(
  signal: Signal,
  given: string | Custom | undefined,
  reporter: Reporter,
): Choice<Custom> {
  if (typeof given === 'object') return { exporters: [{ kind: 'custom', exporter: given }], decided: true }
  if (given !== undefined && !namesOf(signal).includes(given)) throw unknownExporter(signal, given)
  const named = given === undefined ? environmentList(`OTEL_${signal.toUpperCase()}_EXPORTER`) : [given]
  if (named === undefined && !hasEndpoint(signal)) return { exporters: [], decided: false }
  const names = new Set(named ?? ['otlp'])
  if (names.has('none')) return { exporters: [], decided: true }
  return { exporters: [...names].flatMap((name) => exporterByName(signal, name, reporter)), decided: true }
}

function exporterByName(signal: Signal, name: string, reporter: Reporter): ChosenExporter<never>[] {
  if (name === 'otlp') {
    const target = otlpTarget(signal, reporter)
    return target ? [{ kind: 'otlp', target }] : []
  }
  if (name === 'console' || (name === 'prometheus' && signal === 'metrics')) return [{ kind: name }]
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`
  reporter.report('warn', `${variable} names "${name}": write ${namesOf(signal).join(', ')}. It is left out.`)
  return []
}

function namesOf(signal: Signal): readonly string[] {
  return signal === 'metrics' ? ['otlp', 'console', 'prometheus', 'none'] : ['otlp', 'console', 'none']
}

function unknownExporter(signal: Signal, name: string): TelemetryError {
  const message = `${signal}.exporter is "${name}": write ${namesOf(signal).join(', ')}, or give an exporter object.`
  return new TelemetryError('ERR_TELEMETRY_OPTION', message)
}
