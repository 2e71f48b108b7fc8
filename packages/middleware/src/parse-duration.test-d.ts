import { parseDuration, parseDurationText, type Duration } from './index.ts'

export const durations: readonly Duration[] = [
  0,
  250,
  '250ms',
  '30s',
  '1h30m',
  '1.5s',
  '1.05s',
  '1d2h3m4s5ms',
  '1m1.5s',
]

// @ts-expect-error no unit of time
parseDuration('10 apples')
// @ts-expect-error no unit
parseDuration('10')
// @ts-expect-error a leading space
parseDuration(' 5s')
// @ts-expect-error an exponent
parseDuration('1e3s')
// @ts-expect-error from large to small
parseDuration('30m1h')
// @ts-expect-error each unit once
parseDuration('1s1s')
// @ts-expect-error decimals belong to the last amount
parseDuration('1.5h30m')
// @ts-expect-error upper case
parseDuration('1H')
// @ts-expect-error empty
parseDuration('')

declare const text: string
// @ts-expect-error text of the run time goes through parseDurationText
parseDuration(text)
export const ms: number = parseDurationText(text)
