import { nanoUnits } from './nano-units.ts'
import { quote } from './quote.ts'
import { SeaworthyError } from './seaworthy-error.ts'

type Amount = `${bigint}` | `${bigint}.${number}`
type Days = '' | `${bigint}d`
type Hours = Days | `${Days}${bigint}h`
type Minutes = Hours | `${Hours}${bigint}m`
type Seconds = Minutes | `${Minutes}${bigint}s`

/**
 * A length of time: a number of milliseconds, or amounts with units from large to small (`d`, `h`, `m`, `s`, `ms`),
 * such as `'1h30m'`, `'30s'`, `'1.5s'` or `'250ms'`.
 */
export type Duration =
  | number
  | `${Amount}d`
  | `${Days}${Amount}h`
  | `${Hours}${Amount}m`
  | `${Minutes}${Amount}s`
  | `${Seconds}${Amount}ms`

const unitsInMs = [86_400_000, 3_600_000, 60_000, 1_000, 1]
const amount = String.raw`((?:0|[1-9]\d{0,15})(?:\.\d{1,9}(?=[a-z]+$))?)`
const pattern = new RegExp(`^(?=.)${['d', 'h', 'm', 's', 'ms'].map((unit) => `(?:${amount}${unit})?`).join('')}$`)

/**
 * The milliseconds of a duration that stands in the code.
 *
 * Each unit appears at most once and only the last amount may have decimals, at most nine. A day is 24 hours.
 *
 * @throws {SeaworthyError} `ERR_DURATION` when it is anything else, negative, not finite, or beyond
 *   `Number.MAX_SAFE_INTEGER` milliseconds.
 */
export function parseDuration(value: Duration): number {
  if (typeof value === 'string') return parseDurationText(value)
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  throw notADuration(value, 'Write milliseconds as a number of at least 0, or text such as "1h30m", "30s" or "250ms".')
}

/**
 * The milliseconds of a duration that is only known at run time, such as the value of an environment variable.
 *
 * The text always has a unit. The rules are those of {@link parseDuration}.
 *
 * @throws {SeaworthyError} `ERR_DURATION` when the text is not a duration.
 */
export function parseDurationText(text: string): number {
  const match = pattern.exec(text)
  if (!match) throw notADuration(text, hint(text))
  const nanos = unitsInMs.reduce((sum, unit, index) => sum + nanoUnits(match[index + 1] ?? '0', unit), 0n)
  const ms = Number(nanos / 1_000_000_000n) + Number(nanos % 1_000_000_000n) / 1e9
  if (ms <= Number.MAX_SAFE_INTEGER) return ms
  throw notADuration(text, `Write at most ${Number.MAX_SAFE_INTEGER}ms.`)
}

function hint(text: string): string {
  if (/^(?:0|[1-9]\d{0,15})(?:\.\d{1,9})?$/.test(text)) return `It has no unit: write "${text}s" or "${text}ms".`
  return 'Write amounts with units from large to small (d, h, m, s, ms), such as "1h30m", "30s", "1.5s" or "250ms".'
}

function notADuration(value: unknown, cure: string): SeaworthyError<'ERR_DURATION'> {
  return new SeaworthyError('ERR_DURATION', `Not a duration: ${quote(value)}. ${cure}`)
}
