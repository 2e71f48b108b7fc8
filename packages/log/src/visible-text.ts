/** Control characters except tab and line feed, Unicode line separators, and marks that reverse the direction of text. */
const controls = /[^\P{Cc}\t\n]|[\u2028-\u202e\u2066-\u2069]/gu

/** The lines of a text as a terminal may show them: what it would obey is written as an escape. */
export function visibleLines(text: string): string[] {
  return text.replaceAll('\r\n', '\n').replace(controls, escaped).split('\n')
}

/** A character as JSON and JavaScript escape it. */
export function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
