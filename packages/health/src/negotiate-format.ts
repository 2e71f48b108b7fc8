/**
 * A form of the answer: `health+json` (draft-inadarei-api-health-check-06), `clue` (the JSON of Goa's Clue) or
 * `text`.
 */
export type HealthFormat = 'health+json' | 'clue' | 'text'

const formats: Readonly<Record<string, HealthFormat>> = {
  'application/health+json': 'health+json',
  'application/json': 'clue',
  'text/plain': 'text',
  'text/*': 'text',
}

/**
 * The form that a client prefers (RFC 9110 §12.5.1). Between equals a named type goes before a wildcard, an earlier
 * one before a later; a client that accepts none gets the usual form.
 */
export function negotiateFormat(accept: string | undefined, usual: HealthFormat): HealthFormat {
  if (accept === undefined || accept === '*/*') return usual
  let best = { format: usual, rank: 0 }
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const format = formatOf(type, usual)
    if (format === undefined) continue
    const rank = 2 * quality(parameters) - (type.includes('*') ? 0.0001 : 0)
    if (rank > best.rank) best = { format, rank }
  }
  return best.format
}

function formatOf(type: string, usual: HealthFormat): HealthFormat | undefined {
  if (Object.hasOwn(formats, type)) return formats[type]
  if (type === '*/*') return usual
  if (type === 'application/*') return usual === 'text' ? 'health+json' : usual
  return undefined
}

function quality(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  const value = given === undefined ? 1 : Number(given.slice(2))
  return value >= 0 && value <= 1 ? value : 0
}
