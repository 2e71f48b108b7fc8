import type { Attributes } from '@opentelemetry/api'
import { braces, helpText, type ExpositionFormat } from './exposition-text.ts'
import { collectFamilies, type Family, type FamilyOptions } from './families.ts'
import type { ResourceMetrics } from './metric-data.ts'
import { labels } from './prometheus-labels.ts'
import { seriesLines } from './series-lines.ts'

/** A page for Prometheus, in pieces of at most one series, so that the caller can pause between them. */
export function* exposition(
  { resource, scopeMetrics }: ResourceMetrics,
  format: ExpositionFormat,
  options: FamilyOptions,
): Generator<string, void> {
  yield targetInfo(resource.attributes, format)
  for (const family of collectFamilies(scopeMetrics, options)) {
    yield header(family, format)
    yield* familyLines(family, format, options)
  }
  if (format === 'openmetrics') yield '# EOF\n'
}

/** The resource as one series, which queries join to the others by `job` and `instance`. */
function targetInfo(attributes: Attributes, format: ExpositionFormat): string {
  const [name, type] = format === 'openmetrics' ? ['target', 'info'] : ['target_info', 'gauge']
  return `# TYPE ${name} ${type}\n# HELP ${name} Attributes of the resource.\ntarget_info${braces(labels(attributes))} 1\n`
}

function header({ name, type, help }: Family, format: ExpositionFormat): string {
  const family = format === 'text' && type === 'counter' ? `${name.family}_total` : name.family
  const unitLine = format === 'openmetrics' && name.unit !== undefined ? `# UNIT ${family} ${name.unit}\n` : ''
  const helpLine = help === '' ? '' : `# HELP ${family} ${helpText(help, format)}\n`
  return `# TYPE ${family} ${type}\n${unitLine}${helpLine}`
}

/** A scrape must not name a series twice, as it can when two attribute keys become the same label. */
function* familyLines(family: Family, format: ExpositionFormat, options: FamilyOptions): Generator<string, void> {
  const seen = new Set<string>()
  for (const part of family.parts) {
    for (const series of seriesLines(family, part, format)) {
      if (seen.has(series.labels)) {
        options.warn(`"${part.data.descriptor.name}" has two series with the same labels: one is left out.`)
      } else yield series.lines
      seen.add(series.labels)
    }
  }
}
