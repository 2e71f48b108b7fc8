import { hash } from 'node:crypto'
import type { Caller } from '@seaworthy/middleware'
import { callerCell, type CallerCell, type Principal } from './principal.ts'
import { principalsOf, type Grant } from './session.ts'

/** The caller of a request: of one principal, or of several together. */
export function callerOf(grants: readonly Grant[]): Caller | undefined {
  const callers = principalsOf(grants).map(callerOfPrincipal)
  if (callers.length < 2) return callers[0]
  return { id: digest(['all', ...callers.map(({ id }) => id)]), scheme: 'all' }
}

function callerOfPrincipal(principal: Principal & { readonly [callerCell]?: CallerCell }): Caller {
  const cell = principal[callerCell]
  if (cell?.caller) return cell.caller
  const { scheme, issuer, tenant, subject } = principal
  const caller: Caller = Object.freeze({ id: digest([scheme, issuer, tenant, subject]), scheme })
  if (cell) cell.caller = caller
  return caller
}

/** JSON keeps the parts apart: no choice of subject can imitate another issuer. */
function digest(parts: readonly (string | undefined)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
