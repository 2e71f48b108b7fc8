import type { Middleware } from '@seaworthy/middleware'

/** A part that is mounted. */
export interface Part {
  readonly name: string
  /** Whether the part is as it comes, made with options, or was handed over ready made. */
  readonly from: 'default' | 'options' | 'instance'
  /** What was given for it: the names of its options, or the one value that it takes. */
  readonly given: readonly string[]
}

/** What is taken as it is: a middleware, or telemetry that runs. */
export type Instance = Middleware | { forceFlush(): Promise<void> }

/** The options in a setting, which may also be an instance, or `false` to leave the part out. */
export type OptionsOf<Setting> = Exclude<Setting, Instance | false>

/** The parts of a service, in the order of mounting. */
export class PartList {
  readonly list: Part[] = []
  readonly middleware: Middleware[] = []

  /** Adds a part by its setting, unless that leaves it out. */
  add<Setting, Made extends Middleware>(
    name: string,
    setting: Setting,
    make: (options: OptionsOf<Setting>) => Made,
  ): Made | Extract<Setting, Middleware> | undefined {
    const part = resolve<Setting, Made, Middleware>(setting, make)
    if (!part) return undefined
    this.list.push(Object.freeze({ name, from: origin(setting), given: given(setting) }))
    this.middleware.push(part)
    return part
  }
}

/** What a setting stands for: an instance is taken as it is, options go to the maker. */
export function resolve<Setting, Made, Ready extends Instance>(
  setting: Setting,
  make: (options: OptionsOf<Setting>) => Made,
): Made | Extract<Setting, Ready> | undefined {
  if (setting === false) return undefined
  // An instance is a function, or runs and can be flushed; options are neither.
  return isInstance(setting) ? (setting as Extract<Setting, Ready>) : make(setting as OptionsOf<Setting>)
}

function isInstance(setting: unknown): boolean {
  return typeof setting === 'function' || (typeof setting === 'object' && setting !== null && 'forceFlush' in setting)
}

function origin(setting: unknown): Part['from'] {
  if (setting === undefined) return 'default'
  return isInstance(setting) ? 'instance' : 'options'
}

function given(setting: unknown): string[] {
  if (typeof setting === 'string' || typeof setting === 'number') return [String(setting)]
  return typeof setting === 'object' && setting !== null && !isInstance(setting) ? Object.keys(setting) : []
}
