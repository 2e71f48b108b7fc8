/** A part that is mounted. */
export interface Part {
  readonly name: string
  /** Whether the part is as it comes, was made with options, or was handed over ready made. */
  readonly from: 'default' | 'options' | 'instance'
  /** Who gave each of its settings: you in its options, or the service. What is missing here has the part's default. */
  readonly settings: Readonly<Record<string, SettingSource>>
}

/** Who gave a setting. */
export type SettingSource = 'options' | 'service'

/** Describes a part that was made, unless it is what was given. */
export function describePart(name: string, given: unknown, made: unknown, wired: unknown): Part {
  if (given === made) return Object.freeze({ name, from: 'instance', settings: Object.freeze({}) })
  const settings = { ...sources(name, wired, 'service'), ...sources(name, given, 'options') }
  return Object.freeze({
    name,
    from: given === undefined ? 'default' : 'options',
    settings: Object.freeze(settings),
  })
}

/** A setting that is one value, such as a deadline, goes by the name of its part. */
function sources(name: string, given: unknown, source: SettingSource): Record<string, SettingSource> {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null) return { [name]: source }
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([key]) => [key, source]))
}
