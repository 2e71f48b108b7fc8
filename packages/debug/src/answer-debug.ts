import { isCrossSite, problem, type Exchange, type MaybePromise } from '@seaworthy/middleware'
import { isAllowed, type DebugAccess } from './access.ts'
import type { Audit, Refusal } from './audit.ts'
import { privateHeaders } from './private-headers.ts'

/** Something that is answered. */
export interface Action {
  /** What is read. */
  readonly get?: (x: Exchange, query: URLSearchParams) => MaybePromise<Response>
  /** What is changed. */
  readonly post?: (x: Exchange) => MaybePromise<Response>
  /** Whether reading it makes the process work, so that no page of another site may cause it. */
  readonly isWork?: boolean
}

/** Actions by their place below the path; the index is the empty one. */
export type Actions = ReadonlyMap<string, Action>

interface Question {
  readonly name: string
  readonly actions: Actions
  readonly audit: Audit
  readonly authorize: DebugAccess
}

/** Answers whoever may ask. Whether a place exists is told to nobody else. */
export async function answerDebug(x: Exchange, { name, actions, audit, authorize }: Question): Promise<Response> {
  const refuse = (reason: Refusal): Response => {
    audit.refused(x, reason)
    return refused(403, reason === 'not authorised' ? notAllowed(authorize) : 'A page of another site has caused this.')
  }
  if (!(await isAllowed(authorize, x))) return refuse('not authorised')
  const action = actions.get(name)
  if (action === undefined) return refused(404, 'There is no such page. The index lists those that exist.')
  const run = runnerOf(action, x)
  if (run === undefined) return refused(405, `This is not answered to ${x.method}.`, { allow: allowed(action) })
  if (isCrossSite(x) && (action.isWork || x.method === 'POST')) return refuse('caused by another site')
  audit.used(x, `${x.method} ${name || 'index'}`)
  return run()
}

function runnerOf({ get, post, isWork }: Action, x: Exchange): (() => MaybePromise<Response>) | undefined {
  if (x.method === 'POST') return post && (() => post(x))
  const isRead = x.method === 'GET' || (x.method === 'HEAD' && !isWork)
  return isRead && get ? () => get(x, queryOf(x)) : undefined
}

function queryOf({ url }: Exchange): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start))
}

function allowed({ get, post, isWork }: Action): string {
  return [...(get ? ['GET'] : []), ...(get && !isWork ? ['HEAD'] : []), ...(post ? ['POST'] : [])].join(', ')
}

function notAllowed(authorize: DebugAccess): string {
  return authorize === 'loopback'
    ? 'This is answered on the machine itself only, and through no proxy.'
    : 'You may not see this.'
}

/** A refusal that no cache keeps. */
export function refused(status: number, detail: string, headers?: Readonly<Record<string, string>>): Response {
  return problem({ status, detail, headers: { ...privateHeaders, ...headers } })
}
