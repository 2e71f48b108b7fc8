import { report } from 'node:process'

/** The values of these members tell what the environment and the network hold. */
const hidden = new Set(['environmentVariables', 'networkInterfaces'])

/** Node has it since 22.13, its types do not. */
const settings: typeof report & { excludeNetwork?: boolean } = report

/** The diagnostic report of the runtime, without the environment, the arguments and addresses of the network. */
export function diagnosticReport(): unknown {
  const excludeNetwork = settings.excludeNetwork ?? false
  try {
    // Otherwise every open connection is looked up in the DNS, and the process waits.
    settings.excludeNetwork = true
    return withoutHidden(report.getReport())
  } finally {
    settings.excludeNetwork = excludeNetwork
  }
}

/** Reports of worker threads are inside the one of the process. */
function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHidden)
  if (typeof value !== 'object' || value === null) return value
  const members: [string, unknown][] = Object.entries(value).filter(([name]) => !hidden.has(name))
  return Object.fromEntries(
    members.map(([name, member]) => [name, name === 'commandLine' ? withoutArguments(member) : withoutHidden(member)]),
  )
}

function withoutArguments(commandLine: unknown): unknown {
  if (!Array.isArray(commandLine) || commandLine.length < 2) return []
  return [commandLine[0], `and ${commandLine.length - 1} arguments`]
}
