import { isCrossSite, isSeaworthyError, type Exchange } from '@seaworthy/middleware'
import { refused, type Action } from './answer-debug.ts'
import { privateHeaders } from './private-headers.ts'
import type { LevelSwitches } from './level-switches.ts'
import { isChangeMember } from './level-change.ts'
import { readBody } from './read-body.ts'
import { json } from './respond.ts'

const largestBody = 4096

/** Changes the level as a body says: JSON, or a form. */
export async function changeLevel(x: Exchange, levels: LevelSwitches, index: string): Promise<Response> {
  const body = await readBody(x.request, largestBody)
  if (body === undefined) return refused(413, `The body has more than ${largestBody} bytes.`)
  try {
    const { revert, ...change } = parseBody(body)
    const answer = revert === undefined ? { changed: levels.set(change) } : { reverted: levels.revert(idOf(revert)) }
    return x.header('accept')?.includes('text/html') ? seeOther(index) : json({ ...answer, levels: levels.list() })
  } catch (error) {
    if (isSeaworthyError(error) && error.code === 'ERR_DEBUG_LEVEL') return refused(400, error.message)
    if (error instanceof SyntaxError) return refused(400, 'The body is no JSON object: write { "level": "debug" }.')
    throw error
  }
}

/** `curl -d '{…}'` calls JSON a form. */
function parseBody(body: string): Record<string, unknown> {
  if (body.trim() === '') return {}
  if (!/^\s*[{["\d]/.test(body)) return fromForm(new URLSearchParams(body))
  const value: unknown = JSON.parse(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError()
  return { ...value }
}

/** A field that was left empty is one that was not filled in. */
function fromForm(form: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...form].filter(([name, value]) => value !== '' || !isChangeMember(name)))
}

function idOf(revert: unknown): string | undefined {
  return revert === 'all' ? undefined : String(revert)
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { ...privateHeaders, location } })
}

/** Clue's form: `GET /debug?debug-logs=on` and `off`. Undefined when it is not asked for. */
export function answerClue(levels: LevelSwitches): NonNullable<Action['get']> {
  let id: string | undefined
  return (x, query) => {
    if (isCrossSite(x)) return refused(403, 'A page of another site has caused this.')
    const wanted = query.get('debug-logs')
    if (wanted !== 'on' && wanted !== 'off') return refused(400, 'Write ?debug-logs=on or ?debug-logs=off.')
    if (id !== undefined) levels.revert(id)
    id = wanted === 'on' ? levels.set({ level: 'debug' }).id : undefined
    return json({ 'debug-logs': wanted })
  }
}
