import type { StandardSchemaV1 } from '@standard-schema/spec'
import { bunEnv, type BunEnv } from './bun-env.ts'
import { invalid, type Problem } from './config-error.ts'
import { settingsOf, type ConfigOptions, type Settings } from './config-options.ts'
import type { DeepReadonly } from './freeze-deep.ts'
import { groupMembers, isGroup, type Group, type Spec } from './group.ts'
import { openLayers } from './layers.ts'
import { readValues, type Entry, type Reading } from './read-values.ts'
import { remember } from './origin.ts'
import { findStrays, unknownProblems } from './strays.ts'
import { variablesOf, type Variable } from './variables.ts'

/** The configuration that a specification describes: read-only at every depth. */
export type Config<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends Group<infer Members>
    ? Config<Members>
    : S[K] extends StandardSchemaV1
      ? DeepReadonly<StandardSchemaV1.InferOutput<S[K]>>
      : never
}

/** What is needed to read a configuration, and to read it again. */
export interface Plan {
  readonly spec: Spec
  readonly settings: Settings
  readonly variables: readonly Variable[]
  /** What Bun had put into the environment: it does not change when the files do. */
  readonly bun: BunEnv
}

/**
 * The configuration of the process, frozen, from (highest first) overrides, the environment, files named by
 * `NAME_FILE`, `.env` files and defaults. The environment itself is only read.
 *
 * @throws {ConfigError} `ERR_CONFIG_INVALID` with every problem at once: what is missing, what is not as expected,
 *   what cannot be read.
 * @throws {ConfigError} `ERR_CONFIG_ASYNC` when a schema answers with a promise.
 * @throws {ConfigError} `ERR_CONFIG_SPEC` or `ERR_CONFIG_OPTION` when the call itself is mistaken.
 */
export function config<const S extends Spec>(spec: S, options: ConfigOptions<S> = {}): Config<S> {
  const settings = settingsOf(spec, options)
  const plan: Plan = { spec, settings, variables: variablesOf(spec, settings.prefix), bun: bunEnv(settings.env) }
  const { entries, problems } = readPlan(plan)
  if (problems.length > 0) throw invalid(problems)
  return assemble(plan, entries)
}

/** Opens the sources and reads every variable. What nothing reads is a problem or a warning, as the settings say. */
export function readPlan({ settings, variables, bun }: Plan): Reading {
  const { layers, problems: unreadable } = openLayers(settings, bun)
  const strays = findStrays(variables, layers)
  const reading = readValues(variables, layers, strays, settings)
  const unknown = unknownProblems(strays, variables, settings.prefix)
  const problems = [...unreadable, ...reading.problems, ...(settings.unknown === 'error' ? unknown : [])]
  if (settings.unknown === 'warn' && problems.length === 0) warn(unknown, settings)
  return { entries: reading.entries, problems }
}

function warn(unknown: readonly Problem[], { onWarning }: Settings): void {
  for (const { variable, message } of unknown) onWarning(`${variable}: ${message}`)
}

/** The frozen object that has the values in the shape of the specification. */
export function assemble<S extends Spec>(plan: Plan, entries: readonly Entry[]): Config<S>
export function assemble(plan: Plan, entries: readonly Entry[]): object {
  // Entries stand in the order of the specification: this walk takes them one by one.
  const values = entries.values()
  const shape = (spec: Spec): object => {
    const members = Object.entries(spec).map(([key, entry]) => [
      key,
      isGroup(entry) ? shape(groupMembers(entry)) : values.next().value?.value,
    ])
    return Object.freeze(Object.fromEntries(members))
  }
  return remember(shape(plan.spec), { plan, entries })
}
