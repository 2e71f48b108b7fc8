import type { Reporter } from './reporter.ts'

/** The value of a variable without outer blanks; unset, empty and blank are all `undefined`, as OpenTelemetry asks. */
export function environmentText(name: string): string | undefined {
  const text = process.env[name]?.trim()
  return text === '' ? undefined : text
}

/** The items of a list with commas; `undefined` where it is not set. */
export function environmentList(name: string): readonly string[] | undefined {
  return environmentText(name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** Whether the variable says `true`, in any case. Another value than `true` and `false` is reported and is false. */
export function environmentFlag(name: string, reporter: Reporter): boolean {
  const text = environmentText(name)?.toLowerCase()
  if (text !== undefined && text !== 'true' && text !== 'false') {
    reporter.report('warn', `${name} is "${text}": write true or false. It is taken as false.`)
  }
  return text === 'true'
}

/** More is no delay that a timer can have. */
const MOST = 2 ** 31 - 1

/** The whole number of a variable. Anything else, or one that is out of range, is reported and counts as unset. */
export function environmentInteger(name: string, least: number, reporter: Reporter): number | undefined {
  const text = environmentText(name)
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least && value <= MOST) return value
  reporter.report('warn', `${name} is "${text}": write a whole number from ${least} to ${MOST}. It is ignored.`)
  return undefined
}
