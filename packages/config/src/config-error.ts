import { SeaworthyError } from '@seaworthy/middleware'

/** The codes of {@link ConfigError}. */
export type ConfigErrorCode =
  | 'ERR_CONFIG_ASYNC'
  | 'ERR_CONFIG_FOREIGN'
  | 'ERR_CONFIG_INVALID'
  | 'ERR_CONFIG_OPTION'
  | 'ERR_CONFIG_SPEC'

/** One thing that is wrong with the configuration. Neither member ever holds the value of a secret. */
export interface Problem {
  /** The variable, or the file, that has the problem. */
  readonly variable: string
  /** What was expected, what was found, and where it was looked for: one line. */
  readonly message: string
}

/** What `config()` and its companions throw. */
export class ConfigError extends SeaworthyError<ConfigErrorCode> {
  /** Every problem that was found, in the order of the specification; empty for a misuse. */
  readonly problems: readonly Problem[]

  constructor(code: ConfigErrorCode, message: string, problems: readonly Problem[] = []) {
    super(code, message)
    this.problems = Object.freeze([...problems])
  }
}

/** The error for a configuration that does not hold: a headline, then one line for each problem. */
export function invalid(problems: readonly Problem[]): ConfigError {
  const headline =
    problems.length === 1 ? 'The configuration has a problem' : `The configuration has ${problems.length} problems`
  const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}`)
  return new ConfigError('ERR_CONFIG_INVALID', [`${headline}:`, ...lines].join('\n'), problems)
}
