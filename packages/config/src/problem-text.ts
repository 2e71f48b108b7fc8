import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Found } from './find-value.ts'
import type { Layer } from './layers.ts'
import { carriesCredentials } from './looks-secret.ts'
import { nearest } from './nearest.ts'
import { oneLine } from './one-line.ts'
import { quoted } from './quoted.ts'
import { redacted } from './secret.ts'
import type { Variable } from './variables.ts'

type Issues = readonly StandardSchemaV1.Issue[]

/** What is wrong with a value that was found. */
export function wrongValueText(
  variable: Variable,
  { value, where }: Pick<Found, 'value' | 'where'>,
  issues: Issues,
): string {
  const text = variable.info.write(value)
  const hidden = variable.hidden || carriesCredentials(text)
  const { opaque, discreet } = variable.info
  const reason = hidden && !discreet ? withheld : issueText(opaque && !discreet ? issues.map(withoutMessage) : issues)
  const near = hidden ? undefined : nearest(text, variable.info.choices)
  const shown = hidden ? redacted : opaque ? 'a value' : quoted(text)
  return `${reason}; found ${shown} ${where}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`
}

/** What is missing, where it was looked for, and what may have been meant for it. */
export function missingText(
  variable: Variable,
  issues: Issues,
  layers: readonly Layer[],
  strays: readonly string[],
): string {
  const { name, fileName, info, hidden } = variable
  const [environment, ...files] = layers.map(({ label }) => label)
  const looked = [environment, fileName, ...files].join(', ')
  const stray = nearest(name, strays) ?? strays.find((other) => name.endsWith(`_${other}`))
  const hint = stray === undefined ? '' : `; ${oneLine(stray)} is set: did you mean ${name}?`
  // A schema of another library may quote a default of its own.
  const what = hidden && !info.discreet ? 'required' : issueText(issues)
  return `required: ${what === 'required' ? info.type : what}; looked for in ${looked}${hint}`
}

const withheld = 'not what its schema expects (the reason is withheld: it could quote the value)'

/** How many issues of one value are told. */
const maxIssues = 5

/** The messages of a schema in one line, each with the path inside the value. */
function issueText(issues: Issues): string {
  const told = issues.slice(0, maxIssues).map(({ message, path = [] }) => `${pathText(path)}${oneLine(message)}`)
  const more = issues.length - told.length
  return (more > 0 ? [...told, `and ${more} more`] : told).join('; ')
}

/** Where the issue is, and nothing that could quote the value. */
function withoutMessage(issue: StandardSchemaV1.Issue): StandardSchemaV1.Issue {
  return { ...issue, message: withheld }
}

function pathText(path: NonNullable<StandardSchemaV1.Issue['path']>): string {
  if (path.length === 0) return ''
  return `at ${path.map((part) => oneLine(String(typeof part === 'object' ? part.key : part))).join('.')}: `
}
