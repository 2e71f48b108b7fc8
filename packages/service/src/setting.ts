import type { Logger } from '@seaworthy/log'
import type { Middleware } from '@seaworthy/middleware'
import type { Telemetry } from '@seaworthy/telemetry'
import type { ServiceOptions } from './service-options.ts'

/** What is ready made and taken as it is. */
type Instance = Middleware | Telemetry | Logger

type OptionsIn<Setting> = Exclude<Setting, Instance | false | undefined>

/** The options of `service()` whose setting fits a maker: its options, of which the service may give some, or what it makes. */
export type NameFor<Options, Made> = {
  [Name in keyof ServiceOptions]-?: [OptionsIn<ServiceOptions[Name]>, Extract<ServiceOptions[Name], Instance>] extends [
    Partial<Options>,
    Awaited<Made>,
  ]
    ? Name
    : never
}[keyof ServiceOptions]

/** Options that the service gives to a part, or its one value; `undefined` leaves the part's default. */
export type Wired<Options> =
  | { readonly [Key in keyof NonNullable<Options>]?: NonNullable<Options>[Key] | undefined }
  | NonNullable<Options>

/** A middleware is a function, running telemetry can be flushed, a logger has levels: options are none of these. */
export function isInstance<Made>(setting: unknown): setting is Made {
  return typeof setting === 'function' || (isMembers(setting) && ('forceFlush' in setting || 'fatal' in setting))
}

/** What a maker is given: the setting, and what the service gives where the setting does not say otherwise. */
export function merged<Options>(setting: unknown, wired: unknown): Options {
  const members = isMembers(wired) && (setting === undefined || isMembers(setting))
  const whole = members ? { ...defined(wired), ...defined(setting ?? {}) } : (setting ?? wired)
  // Each comes from what the maker takes; members that neither has are optional.
  return whole as Options
}

function isMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
