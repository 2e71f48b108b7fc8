import type { CloseFunction } from './lifecycle.ts'
import { ShutdownError } from './shutdown-error.ts'

/** One thing to close. */
export interface Hook {
  readonly name: string
  readonly close: CloseFunction
  /** Milliseconds. */
  readonly timeout: number
  readonly after: readonly string[]
}

/** Always done before the hooks: listening servers and what is in flight. */
const http = 'http'

/** Things to close, in the reverse of the order in which they were opened, unless one waits for another. */
export class HookList {
  readonly #hooks: Hook[] = []
  #over = false

  add(hook: Hook): () => void {
    if (this.#over) {
      throw new ShutdownError('ERR_SHUTDOWN_STOPPING', `Everything is closed: close "${hook.name}" yourself.`)
    }
    if (hook.name === http || this.#hooks.some(({ name }) => name === hook.name)) {
      throw new ShutdownError('ERR_SHUTDOWN_HOOK', `The name "${hook.name}" is taken: give each hook its own.`)
    }
    const circle = this.#circle(hook)
    if (circle) {
      throw new ShutdownError('ERR_SHUTDOWN_HOOK', `These hooks wait for each other: ${circle.join(' after ')}.`)
    }
    this.#hooks.push(hook)
    return () => this.remove(hook)
  }

  remove(hook: Hook): void {
    const index = this.#hooks.indexOf(hook)
    if (index >= 0) this.#hooks.splice(index, 1)
  }

  /** Takes out the hook to run now: the latest one that waits for no other. With none left, none can be added. */
  take(): Hook | undefined {
    const names = new Set(this.#hooks.map(({ name }) => name))
    const hook = this.#hooks.findLast(({ after }) => !after.some((name) => names.has(name)))
    if (hook) this.remove(hook)
    this.#over = hook === undefined
    return hook
  }

  /** Milliseconds that all hooks may take one after the other. */
  get timeout(): number {
    return this.#hooks.reduce((sum, { timeout }) => sum + timeout, 0)
  }

  /** The first name in an `after` that no hook has. */
  get unknown(): { readonly hook: string; readonly name: string } | undefined {
    const names = new Set([http, ...this.#hooks.map(({ name }) => name)])
    for (const { name: hook, after } of this.#hooks) {
      const name = after.find((wanted) => !names.has(wanted))
      if (name !== undefined) return { hook, name }
    }
    return undefined
  }

  /** The names from a new hook back to itself, if its `after` leads there. */
  #circle(added: Hook, at: Hook = added, path: readonly string[] = [added.name]): readonly string[] | undefined {
    for (const name of at.after) {
      if (name === added.name) return [...path, name]
      const next = this.#hooks.find((hook) => hook.name === name)
      const circle = next && this.#circle(added, next, [...path, name])
      if (circle) return circle
    }
    return undefined
  }
}
