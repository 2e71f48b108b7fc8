/** A segment of a route's path, as Hono's routers understand it. */
interface Segment {
  readonly text: string
  /** `one` matches any one segment, `rest` any number, also none; `some` is a parameter with a regular expression. */
  readonly kind: 'literal' | 'one' | 'some' | 'rest'
}

/** Expressions that cannot match a slash: character classes without negation, counted, and plain words. */
const withinSegment = /^(?:\[[\w-]+\](?:[+*?]|\{[\d,]+\})?|\\[dw](?:[+*?]|\{[\d,]+\})?|[\w|-]+)+$/

/** Whether every path that `inner` matches is matched by `outer`. When in doubt, it is not. */
export function covers(outer: string, inner: string): boolean {
  const outers = variants(outer)
  return variants(inner).every((segments) => outers.some((each) => coversSegments(each, segments)))
}

/** Whether some path may match both. When in doubt, one does. */
export function intersects(a: string, b: string): boolean {
  return variants(a).some((each) => variants(b).some((other) => mayMeet(each, other)))
}

/** Whether a path has nothing but wildcards: `*`, `/*`. */
export function isEverything(path: string): boolean {
  return variants(path).every((segments) => segments.every(({ text }) => text === '*'))
}

/** Whether a path is open at its end: `/static/*`. */
export function isWildcard(path: string): boolean {
  return path.endsWith('*')
}

/** How many segments a path has before its open end: the deeper, the closer to a route. */
export function depthOf(path: string): number {
  return split(path).filter((text) => text !== '*').length
}

/** The templates of OpenAPI for a path: two when its last parameter is optional; none when a template cannot say it. */
export function templatesOf(path: string): string[] {
  return variants(path)
    .filter((segments) => segments.every(({ kind }) => kind !== 'rest'))
    .map((segments) => `/${segments.map(templateSegment).join('/')}`)
}

function templateSegment({ text }: Segment): string {
  const name = /^:([^{?]+)/.exec(text)?.[1]
  return name === undefined ? text : `{${name}}`
}

/** A path with an optional parameter at its end stands for two. */
function variants(path: string): Segment[][] {
  const texts = split(path)
  const last = texts.at(-1)
  if (last?.startsWith(':') !== true || !last.endsWith('?')) return [texts.map(segment)]
  const before = texts.slice(0, -1)
  return [before.map(segment), [...before, last.slice(0, -1)].map(segment)]
}

/** Slashes inside of a parameter's expression do not separate. */
function split(path: string): string[] {
  const texts: string[] = []
  let depth = 0
  let text = ''
  for (const character of path.startsWith('/') ? path.slice(1) : path) {
    if (character === '{') depth++
    if (character === '}') depth--
    if (character !== '/' || depth > 0) text += character
    else {
      texts.push(text)
      text = ''
    }
  }
  return [...texts, text]
}

function segment(text: string, index: number, all: readonly string[]): Segment {
  if (text === '*') return { text, kind: index === all.length - 1 ? 'rest' : 'one' }
  if (!text.startsWith(':')) return { text, kind: text.includes('*') ? 'some' : 'literal' }
  const expression = expressionOf(text)
  if (expression === undefined) return { text, kind: 'one' }
  return { text, kind: withinSegment.test(expression) ? 'some' : 'rest' }
}

function expressionOf(text: string): string | undefined {
  const start = text.indexOf('{')
  return start === -1 ? undefined : text.slice(start + 1, text.lastIndexOf('}'))
}

function coversSegments(outer: readonly Segment[], inner: readonly Segment[]): boolean {
  const open = outer.at(-1)?.text === '*'
  const fixed = open ? outer.slice(0, -1) : outer
  if (open ? inner.length < fixed.length : inner.length !== fixed.length) return false
  return fixed.every((each, i) => coversSegment(each, inner[i]))
}

function coversSegment(outer: Segment, inner: Segment | undefined): boolean {
  if (!inner) return false
  if (inner.text === '*' && inner.kind === 'rest') return false
  if (outer.text === inner.text) return true
  if (outer.kind === 'one') return inner.kind !== 'rest' && inner.text !== ''
  const expression = expressionOf(outer.text)
  return expression !== undefined && expression === expressionOf(inner.text)
}

function mayMeet(a: readonly Segment[], b: readonly Segment[], i = 0): boolean {
  const [left, right] = [a[i], b[i]]
  if (left?.kind === 'rest' || right?.kind === 'rest') return true
  if (!left || !right) return !left && !right
  if (left.kind === 'literal' && right.kind === 'literal' && left.text !== right.text) return false
  return mayMeet(a, b, i + 1)
}
