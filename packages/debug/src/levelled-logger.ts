import { invalid, type RunTimeLevel } from './level-change.ts'

/** A logger whose level is a property, such as one of pino or winston. It is switched as a whole. */
export interface LevelledLogger {
  level: string
}

/** Whether a logger is switched by its property. */
export function isLevelled(logger: object): logger is LevelledLogger {
  return 'level' in logger && typeof logger.level === 'string'
}

interface Stack {
  /** The level that it had before anybody changed it. */
  readonly base: string
  readonly changes: { readonly level: RunTimeLevel }[]
}

const stacks = new WeakMap<LevelledLogger, Stack>()

/**
 * Changes the level of a logger. Of several changes the latest counts.
 *
 * @returns A function that takes the change back.
 */
export function overrideOwnLevel(logger: LevelledLogger, level: RunTimeLevel): () => void {
  const stack = stacks.get(logger) ?? { base: logger.level, changes: [] }
  stacks.set(logger, stack)
  const change = { level }
  stack.changes.push(change)
  apply(logger, stack)
  return () => {
    const place = stack.changes.indexOf(change)
    if (place >= 0) stack.changes.splice(place, 1)
    apply(logger, stack)
    if (stack.changes.length === 0) stacks.delete(logger)
  }
}

function apply(logger: LevelledLogger, { base, changes }: Stack): void {
  logger.level = changes.at(-1)?.level ?? base
}

/** The error for a condition on single requests where the logger knows none. */
export function onlyAsAWhole(name: string): Error {
  return invalid(`The logger "${name}" is switched as a whole.`, 'Leave route, header and principal out.')
}
