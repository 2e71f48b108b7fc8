import { nanoUnits } from './nano-units.ts'
import { quote } from './quote.ts'
import { SeaworthyError } from './seaworthy-error.ts'

type Unit = 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB'

const unitsInBytes: Readonly<Record<Unit, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/**
 * An amount of data: a number of bytes, or an amount with a unit. `kB`, `MB`, `GB`, `TB` are powers of 1000;
 * `KiB`, `MiB`, `GiB`, `TiB` are powers of 1024.
 */
export type Size = number | `${bigint}${Unit}` | `${bigint}.${number}${Unit}`

const pattern = /^((?:0|[1-9]\d{0,15})(?:\.\d{1,9})?)([A-Za-z]{1,3})$/

/**
 * The bytes of a size that stands in the code.
 *
 * Decimals, at most nine, are fine where the result is a whole number of bytes: `'1.5MiB'` is 1572864.
 *
 * @throws {SeaworthyError} `ERR_SIZE` when it is anything else, negative, not whole, or beyond
 *   `Number.MAX_SAFE_INTEGER` bytes.
 */
export function parseSize(value: Size): number {
  if (typeof value === 'string') return parseSizeText(value)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw notASize(value, 'Write bytes as a whole number of at least 0, or text such as "512B", "64KiB" or "1MiB".')
}

/**
 * The bytes of a size that is only known at run time, such as the value of an environment variable.
 *
 * The text always has a unit. The rules are those of {@link parseSize}.
 *
 * @throws {SeaworthyError} `ERR_SIZE` when the text is not a size.
 */
export function parseSizeText(text: string): number {
  const [, amount, unit] = pattern.exec(text) ?? []
  if (amount === undefined || !isUnit(unit)) throw notASize(text, hint(text))
  const nanos = nanoUnits(amount, unitsInBytes[unit])
  if (nanos % 1_000_000_000n !== 0n) throw notASize(text, 'Write a whole number of bytes.')
  const bytes = Number(nanos / 1_000_000_000n)
  if (Number.isSafeInteger(bytes)) return bytes
  throw notASize(text, `Write at most ${Number.MAX_SAFE_INTEGER}B.`)
}

function isUnit(text: string | undefined): text is Unit {
  return text !== undefined && Object.hasOwn(unitsInBytes, text)
}

function hint(text: string): string {
  const [, amount, letter = ''] = /^((?:0|[1-9]\d{0,15})(?:\.\d{1,9})?)([kmgt]?)(?:i?b)?$/i.exec(text) ?? []
  if (amount === undefined) {
    return 'Write an amount with a unit (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), such as "512B", "64KiB" or "1MiB".'
  }
  if (letter === '') return `Write "${amount}B", "${amount}KiB" or "${amount}MiB".`
  const big = letter.toUpperCase()
  return `Write "${amount}${big}iB" (powers of 1024) or "${amount}${big === 'K' ? 'k' : big}B" (powers of 1000).`
}

function notASize(value: unknown, cure: string): SeaworthyError<'ERR_SIZE'> {
  return new SeaworthyError('ERR_SIZE', `Not a size: ${quote(value)}. ${cure}`)
}
