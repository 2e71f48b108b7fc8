/** A part of a trace's time, in milliseconds from its beginning. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Where a moment stands in a range, as a percentage. */
export function percent(moment: number, { from, to }: Range): number {
  return to === from ? 0 : ((moment - from) / (to - from)) * 100
}

/** The moments to mark on a ruler: round ones, at most five. */
export function ticks({ from, to }: Range): number[] {
  const rough = (to - from) / 4
  if (!(rough > 0)) return [from]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10)
  const first = Math.ceil(from / step - 1e-9)
  const marks = Math.min(6, Math.floor((to - first * step) / step + 1e-9) + 1)
  return Array.from({ length: marks }, (_, index) => (first + index) * step)
}

/** A duration as a ruler has it: no more digits than its step needs. */
export function formatTick(moment: number, { from, to }: Range): string {
  const span = to - from
  if (moment === 0) return '0'
  if (span >= 4000 || (to >= 1000 && span >= 100)) return `${trim(moment / 1000)} s`
  return span >= 0.02 ? `${trim(moment)} ms` : `${trim(moment * 1000)} µs`
}

function trim(value: number): string {
  return String(Number(value.toPrecision(5)))
}
