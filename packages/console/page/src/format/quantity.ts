import { formatDuration, threeDigits } from './duration.ts'

/** How many times a second: `0`, `0.25/s`, `13.1/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  return perSecond < 0.01 ? '<0.01/s' : `${threeDigits(perSecond)}/s`
}

/** A share of one as a percentage: `0%`, `0.42%`, `12%`. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (percent === 0) return '0%'
  return `${percent >= 10 ? Math.round(percent) : percent.toFixed(percent >= 1 ? 1 : 2)}%`
}

const sizes = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A number of bytes to three digits: `512 B`, `1.50 MiB`. */
function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), sizes.length - 1)
  return power === 0 ? `${Math.round(bytes)} B` : `${threeDigits(bytes / 1024 ** power)} ${sizes[power]}`
}

/** A measured value in its unit, as OpenTelemetry names it (UCUM): `s`, `ms`, `By`, `1`, `{request}/s`. */
export function formatQuantity(value: number, unit: string): string {
  if (unit === 's') return formatDuration(value * 1000)
  if (unit === 'ms') return formatDuration(value)
  if (unit === 'By') return formatBytes(value)
  if (unit === '1') return formatShare(value)
  if (unit.endsWith('/s')) return formatRate(value)
  return Number.isInteger(value) ? value.toLocaleString('en') : threeDigits(value)
}

/** A whole number and its noun: `1 span`, `12,000 spans`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`
}
