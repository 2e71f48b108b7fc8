/** Longer lines are pages or bodies that somebody compared: their beginning is enough. */
const longestLine = 600

/** What a test runner printed, without what it says of tests and files that passed. */
export function withoutPasses(output: string): string {
  const lines = output.split('\n').filter((line) => !/^(\s+✓ |\(pass\)|\(skip\)|JSON report written)/.test(line))
  return lines
    .filter((line, index) => !isHeading(line) || hasBody(lines, index))
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** Bun puts the name of each file above its tests. */
function isHeading(line: string): boolean {
  return /^\S+\.test\.ts:$/.test(line)
}

function hasBody(lines: readonly string[], index: number): boolean {
  const next = lines.slice(index + 1).find((line) => line.trim() !== '')
  return next !== undefined && !isHeading(next)
}
