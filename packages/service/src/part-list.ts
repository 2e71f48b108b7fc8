import { stack, type Middleware } from '@seaworthy/middleware'
import type { App } from '@seaworthy/server'
import { checkOptions, type CheckedOptions } from './check-options.ts'
import { listedRoutes, type ListedRoute } from './listed-routes.ts'
import { describePart, type Part } from './part.ts'
import type { ServiceOptions } from './service-options.ts'
import { isInstance, merged, type NameFor, type Wired } from './setting.ts'

/** Makes the parts of a service from its options, and keeps those that are mounted in order. */
export class PartList {
  readonly #options: CheckedOptions
  readonly #middleware: Middleware[] = []
  readonly #parts: Part[] = []
  #app: App | undefined

  /** @throws {ServiceError} `ERR_SERVICE_OPTION` when an option cannot be used. */
  constructor(options: ServiceOptions) {
    this.#options = checkOptions(options)
  }

  /**
   * What the setting of this name stands for: an instance as it is, nothing for `false`, else what is made.
   *
   * @param wired - What the service gives to the maker, where the setting does not say otherwise.
   */
  make<Options, Made>(
    name: NoInfer<NameFor<Options, Made>>,
    make: (options: Options) => Made,
    wired: NoInfer<Wired<Options>> = {},
  ): Made | Awaited<Made> | undefined {
    const setting = this.#options[name]
    if (setting === false) return undefined
    return isInstance<Awaited<Made>>(setting) ? setting : make(merged(setting, wired))
  }

  /** The same, and mounts it after those before. */
  mount<Options, Made extends Middleware>(
    name: NoInfer<NameFor<Options, Made>>,
    make: (options: Options) => Made,
    wired: NoInfer<Wired<Options>> = {},
  ): Made | Awaited<Made> | undefined {
    const part = this.make(name, make, wired)
    if (part !== undefined) this.#add(part, describePart(name, this.#options[name], part, wired))
    return part
  }

  /** The same for a part whose maker is loaded when it is there to be mounted, and not before. */
  async load<Options, Made extends Middleware>(
    name: NoInfer<NameFor<Options, Made>>,
    load: () => Promise<(options: Options) => Made>,
    wired: NoInfer<Wired<Options>> = {},
  ): Promise<Made | undefined> {
    const setting = this.#options[name]
    if (setting === false) return undefined
    const part = isInstance<Made>(setting) ? setting : (await load())(merged(setting, wired))
    this.#add(part, describePart(name, setting, part, wired))
    return part
  }

  /** Mounts the guards: all parts are there. */
  guarded(guards: readonly Middleware[]): Middleware {
    for (const guard of guards) this.#add(guard, describePart(guard.name, guard, guard, {}))
    return stack(...this.#middleware)
  }

  /** What is mounted, in order. */
  get parts(): readonly Part[] {
    return Object.freeze([...this.#parts])
  }

  /** The routes of the application that is served, with their policies where it has one. */
  readonly routes: () => readonly ListedRoute[] = () => listedRoutes(this.#options.guards, this.#app)

  /** Remembers which application is served. */
  serving(app: App): App {
    this.#app = app
    return app
  }

  #add(middleware: Middleware, part: Part): void {
    this.#middleware.push(middleware)
    this.#parts.push(part)
  }
}
