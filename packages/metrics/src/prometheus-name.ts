/** How a metric is called in an exposition. */
export interface PrometheusName {
  /** The name of the family, with its unit and without `_total`. */
  readonly family: string
  /** The unit in words; `undefined` where there is none, or where the name does not end in it. */
  readonly unit: string | undefined
}

/** The types of the exposition formats that OpenTelemetry data becomes. */
export type PrometheusType = 'counter' | 'gauge' | 'histogram'

/** UCUM units in the words that Prometheus uses. */
const words: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tebibytes',
  KBy: 'kilobytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  bit: 'bits',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
}

/** The same behind a slash: `By/s` is bytes per second. */
const perWords: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  min: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
}

/** The name of an instrument in an exposition, by OpenTelemetry's compatibility specification for Prometheus. */
export function prometheusName(name: string, unit: string, type: PrometheusType): PrometheusName {
  const base = validName(name)
  const bare = type === 'counter' ? base.replace(/_total$/, '') : base
  const word = unitWord(unit, type)
  if (word === '') return { family: bare, unit: undefined }
  const family = `_${bare}_`.includes(`_${word}_`) ? bare : `${bare.replace(/_$/, '')}_${word}`
  return { family, unit: family.endsWith(`_${word}`) ? word : undefined }
}

/** `1` is a ratio only where it can be one: counters and histograms use it for counts of things. */
function unitWord(unit: string, type: PrometheusType): string {
  if (unit === '1') return type === 'gauge' ? 'ratio' : ''
  const [main = '', per] = unit.replace(/\{[^}]*\}/g, '').split('/', 2)
  const of = translate(main, words)
  const by = per === undefined ? '' : translate(per, perWords)
  return by === '' ? of : of === '' ? `per_${by}` : `${of}_per_${by}`
}

function translate(unit: string, table: Readonly<Record<string, string>>): string {
  const trimmed = unit.trim()
  if (trimmed === '1') return ''
  return Object.hasOwn(table, trimmed) ? (table[trimmed] ?? '') : validSuffix(trimmed)
}

function validSuffix(text: string): string {
  return text.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_|_$/g, '')
}

function validName(name: string): string {
  const valid = name.replace(/[^a-zA-Z0-9_:]/g, '_').replace(/__+/g, '_')
  return /^[a-zA-Z_:]/.test(valid) ? valid : `_${valid}`
}
