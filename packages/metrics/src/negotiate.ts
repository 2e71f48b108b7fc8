/** One alternative of an `Accept` or `Accept-Encoding` header. */
interface Alternative {
  /** In lower case, without parameters. */
  readonly name: string
  readonly version: string | undefined
  readonly quality: number
}

/** The content type of a page. */
export const textType = 'text/plain; version=0.0.4; charset=utf-8'

/** The versions of OpenMetrics whose text this package writes, the better one first. */
const openMetricsVersions = ['1.0.0', '0.0.1']

/**
 * The content type that a client prefers: OpenMetrics when its `Accept` names it, and does not prefer the text format
 * (RFC 9110 §12.5.1). A client that accepts neither gets the text format.
 */
export function negotiateType(accept: string | null | undefined): string {
  const alternatives = parse(accept)
  const text = (alternatives.find(isText) ?? named(alternatives, 'text/*') ?? named(alternatives, '*/*'))?.quality ?? 0
  const best = openMetricsVersions
    .map((version) => ({ version, quality: openMetricsQuality(alternatives, version) }))
    .reduce((former, next) => (next.quality > former.quality ? next : former))
  if (best.quality === 0 || best.quality < text) return textType
  return `application/openmetrics-text; version=${best.version}; charset=utf-8`
}

/** Whether a client takes gzip (RFC 9110 §12.5.3). */
export function acceptsGzip(acceptEncoding: string | null | undefined): boolean {
  const alternatives = parse(acceptEncoding)
  const offered = named(alternatives, 'gzip') ?? named(alternatives, '*')
  return offered !== undefined && offered.quality > 0
}

function named(alternatives: readonly Alternative[], name: string): Alternative | undefined {
  return alternatives.find((alternative) => alternative.name === name)
}

function isText({ name, version }: Alternative): boolean {
  return name === 'text/plain' && (version === undefined || version === '0.0.4')
}

function openMetricsQuality(alternatives: readonly Alternative[], version: string): number {
  const matching = alternatives.filter(
    (alternative) =>
      alternative.name === 'application/openmetrics-text' && (alternative.version ?? '1.0.0') === version,
  )
  return Math.max(0, ...matching.map(({ quality }) => quality))
}

function parse(header: string | null | undefined): Alternative[] {
  return (header ?? '').split(',').map((part) => {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    return { name, version: parameter(parameters, 'version'), quality: quality(parameter(parameters, 'q')) }
  })
}

function parameter(parameters: readonly string[], name: string): string | undefined {
  return parameters
    .find((text) => text.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .replace(/^"|"$/g, '')
}

/** A quality that is not a number is the worst one that is not zero. */
function quality(text: string | undefined): number {
  if (text === undefined) return 1
  const value = Number(text)
  return value >= 0 && value <= 1 ? value : 0.001
}
