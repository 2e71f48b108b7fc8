import { overrideLevel, type Logger } from '@seaworthy/log'
import type { Exchange } from '@seaworthy/middleware'
import { invalid, parseChange, type LevelChange, type LevelSwitch, type ParsedChange } from './level-change.ts'
import { isLevelled, onlyAsAWhole, overrideOwnLevel, type LevelledLogger } from './levelled-logger.ts'

/** The loggers that a change can name. */
export type NamedLoggers = Readonly<Record<string, Logger | LevelledLogger>>

/** Settings of {@link LevelSwitches}. */
export interface LevelSwitchesOptions {
  readonly loggers: NamedLoggers
  /** Who calls, as a change names it. */
  readonly principal: (x: Exchange) => string | undefined
  /** Told when a change has been made, and when it has been taken back. */
  readonly tell: (event: 'changed' | 'reverted', change: LevelSwitch) => void
}

interface Active {
  readonly shown: LevelSwitch
  readonly undo: readonly (() => void)[]
  readonly timer: ReturnType<typeof setTimeout>
}

/** Each costs a comparison for every line. */
const most = 100

/** The changes of level that hold now. Each takes itself back. */
export class LevelSwitches {
  readonly #options: LevelSwitchesOptions
  readonly #active: Map<string, Active> = new Map()
  #made = 0

  constructor(options: LevelSwitchesOptions) {
    this.#options = options
  }

  /** @throws {DebugError} `ERR_DEBUG_LEVEL` when the change cannot be made. */
  set(change: LevelChange | Readonly<Record<string, unknown>>): LevelSwitch {
    const parsed = parseChange({ ...change })
    if (this.#active.size >= most) throw invalid(`${most} changes hold already.`, 'Take some back first.')
    const undo = this.#apply(parsed)
    const id = String(++this.#made)
    const shown = describe(id, parsed)
    const timer = setTimeout(() => this.revert(id), parsed.for)
    timer.unref()
    this.#active.set(id, { shown, undo, timer })
    this.#options.tell('changed', shown)
    return shown
  }

  /** Takes one change back, or all. Returns how many were. */
  revert(id?: string): number {
    const ids = id === undefined ? [...this.#active.keys()] : [id]
    return ids.filter((each) => this.#end(each)).length
  }

  list(): LevelSwitch[] {
    return [...this.#active.values()].map(({ shown }) => shown)
  }

  #end(id: string): boolean {
    const active = this.#active.get(id)
    if (active === undefined) return false
    this.#active.delete(id)
    clearTimeout(active.timer)
    for (const takeBack of active.undo) takeBack()
    this.#options.tell('reverted', active.shown)
    return true
  }

  #apply(change: ParsedChange): (() => void)[] {
    const { level } = change
    const when = this.#condition(change)
    if (change.logger === undefined) {
      const whole = when === undefined ? Object.values(this.#options.loggers).filter(isLevelled) : []
      return [overrideLevel({ level, ...(when && { when }) }), ...whole.map((each) => overrideOwnLevel(each, level))]
    }
    const logger = this.#named(change.logger)
    if (!isLevelled(logger)) return [overrideLevel({ level, logger, ...(when && { when }) })]
    if (when !== undefined) throw onlyAsAWhole(change.logger)
    return [overrideOwnLevel(logger, level)]
  }

  #named(name: string): Logger | LevelledLogger {
    const { loggers } = this.#options
    const logger = Object.hasOwn(loggers, name) ? loggers[name] : undefined
    if (logger !== undefined) return logger
    throw invalid('There is no logger of that name.', `Known are: ${Object.keys(loggers).join(', ') || 'none'}.`)
  }

  #condition({ route, header, principal }: ParsedChange): ((x: Exchange) => boolean) | undefined {
    if (route === undefined && header === undefined && principal === undefined) return undefined
    return (x) =>
      (route === undefined || x.route === route || x.path === route) &&
      (header === undefined || x.header(header.name) === header.value) &&
      (principal === undefined || this.#options.principal(x) === principal)
  }
}

function describe(id: string, { level, for: length, logger, route, header, principal }: ParsedChange): LevelSwitch {
  return {
    id,
    level,
    until: new Date(performance.timeOrigin + performance.now() + length).toISOString(),
    ...(logger !== undefined && { logger }),
    ...(route !== undefined && { route }),
    ...(header !== undefined && { header: header.name }),
    ...(principal !== undefined && { principal }),
  }
}
