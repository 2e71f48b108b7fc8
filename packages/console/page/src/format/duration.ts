const units = [
  { from: 60_000, of: 60_000, unit: 'min' },
  { from: 1000, of: 1000, unit: 's' },
  { from: 1, of: 1, unit: 'ms' },
  { from: 0, of: 0.001, unit: 'µs' },
] as const

/** A length of time to three digits, in the unit that a person would say it in: `812 µs`, `12.4 ms`, `1.20 s`. */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–'
  if (milliseconds <= 0) return '0 ms'
  // Rounded before the unit is chosen: 999.96 ms is 1.00 s, not 1000 ms.
  const rounded = Number(milliseconds.toPrecision(3))
  const { of, unit } = units.find(({ from }) => rounded >= from) ?? units[2]
  return `${threeDigits(rounded / of)} ${unit}`
}

/** A number to three digits, without an exponent: `0.04`, `7.25`, `12.4`, `1,310`. */
export function threeDigits(value: number): string {
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : 2)
}
