import { joinLabels } from './exposition-text.ts'
import type { MetricData, ScopeMetrics } from './metric-data.ts'
import { labels } from './prometheus-labels.ts'
import { prometheusName, type PrometheusName, type PrometheusType } from './prometheus-name.ts'

/** All metrics of one name: their lines must stand together. */
export interface Family {
  readonly name: PrometheusName
  readonly type: PrometheusType
  readonly help: string
  readonly parts: FamilyPart[]
}

/** What one meter contributes to a family. */
export interface FamilyPart {
  /** The labels that name the meter; empty where they are not wanted. */
  readonly scope: string
  readonly data: MetricData
}

/** How families are made. */
export interface FamilyOptions {
  readonly scopeLabels: boolean
  readonly warn: (message: string) => void
}

/** The endings of the samples of each type. */
const endings: Readonly<Record<PrometheusType, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['', '_bucket', '_sum', '_count'],
}

/** Brings the metrics of one name together. A metric whose name or type is taken by another one is left out. */
export function collectFamilies(scopes: readonly ScopeMetrics[], options: FamilyOptions): Iterable<Family> {
  const families = new Map<string, Family>()
  const owners = new Map([['target_info', 'target_info']])
  for (const { scope, metrics } of scopes) {
    const scopeText = options.scopeLabels ? scopeLabels(scope) : ''
    for (const data of metrics) {
      const type = prometheusType(data)
      const { name, unit, description } = data.descriptor
      if (type === undefined) {
        options.warn(`"${name}" has delta temporality, which Prometheus cannot read: it is left out.`)
        continue
      }
      const target = prometheusName(name, unit, type)
      const family = families.get(target.family)
      if (family?.type === type) family.parts.push({ scope: scopeText, data })
      else if (family === undefined && claim(owners, target.family, type)) {
        families.set(target.family, { name: target, type, help: description, parts: [{ scope: scopeText, data }] })
      } else {
        options.warn(
          `"${name}" (${type}) has the name of another metric in Prometheus, ${target.family}: it is left out.`,
        )
      }
    }
  }
  return families.values()
}

function prometheusType(data: MetricData): PrometheusType | undefined {
  if (data.dataPointType === 2) return 'gauge'
  if (data.aggregationTemporality === 0) return undefined
  if (data.dataPointType === 3) return data.isMonotonic ? 'counter' : 'gauge'
  return 'histogram'
}

/** Takes all sample names of a family, or none of them. */
function claim(owners: Map<string, string>, family: string, type: PrometheusType): boolean {
  const names = endings[type].map((ending) => family + ending)
  if (names.some((name) => owners.has(name))) return false
  for (const name of names) owners.set(name, family)
  return true
}

function scopeLabels({ name, version }: ScopeMetrics['scope']): string {
  const named = name === '' ? '' : labels({ otel_scope_name: name })
  return joinLabels(named, version === undefined || version === '' ? '' : labels({ otel_scope_version: version }))
}
