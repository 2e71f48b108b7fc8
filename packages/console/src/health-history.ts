import type { HealthCheckView, HealthSample, HealthView } from './api-service.ts'
import type { HealthReport, HealthResult, HealthSource } from './console-sources.ts'
import { Ring } from './ring.ts'

/** How many answers of each check are remembered, and of how many checks. */
const mostSamples = 120
const mostChecks = 100

/** What the checks answered: each change, and each time that somebody asked through the console. */
export class HealthHistory {
  readonly #source: HealthSource | undefined
  readonly #samples = new Map<string, Ring<HealthSample>>()
  readonly #end: (() => void) | undefined
  #report: HealthReport | undefined
  #seq = 0

  constructor(source: HealthSource | undefined) {
    this.#source = source
    this.#end = source?.on?.('change', ({ result }) => this.#remember(result))
  }

  /** Grows with each answer. */
  get seq(): number {
    return this.#seq
  }

  /** Asks the checks, and gives how the service stands. A check that fails is no error. */
  async refresh(): Promise<HealthView> {
    if (this.#source === undefined) return { available: false, notes: [], checks: [] }
    try {
      const report = await this.#source.check()
      this.#report = report
      for (const result of Object.values(report.checks)) this.#remember(result)
    } catch (error) {
      return { ...this.view(), notes: [`The checks could not be asked: ${nameOf(error)}.`] }
    }
    return this.view()
  }

  /** How the service stood when it was asked last. */
  view(): HealthView {
    const report = this.#report
    if (report === undefined) return { available: this.#source !== undefined, notes: [], checks: [] }
    const { status, version, uptime, lifecycle, notes = [], checks } = report
    return {
      available: true,
      status,
      ...(version !== undefined && { version }),
      uptime,
      ...(lifecycle !== undefined && { lifecycle }),
      notes,
      checks: Object.values(checks).map((result) => this.#check(result)),
    }
  }

  /** Hears of no more changes. */
  close(): void {
    this.#end?.()
  }

  #check(result: HealthResult): HealthCheckView {
    const { name, kind, gates, componentType, status, output, observedValue, observedUnit } = result
    const { durationMs, time, since } = result
    return {
      name,
      kind,
      gates,
      componentType,
      status,
      ...(output !== undefined && { output }),
      ...(observedValue !== undefined && { observedValue }),
      ...(observedUnit !== undefined && { observedUnit }),
      durationMs,
      time,
      since,
      history: [...(this.#samples.get(name) ?? [])],
    }
  }

  #remember({ name, time, status, durationMs, output }: HealthResult): void {
    const known = this.#samples.get(name)
    if (known === undefined && this.#samples.size >= mostChecks) return
    const samples = known ?? new Ring<HealthSample>(mostSamples)
    this.#samples.set(name, samples)
    // Within its TTL, a check gives the same answer again.
    if (samples.at(samples.length - 1)?.time === time) return
    samples.push({ time, status, durationMs, ...(output !== undefined && { output }) })
    this.#seq++
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'an unknown error'
}
