import { useLayoutEffect, useRef } from 'preact/hooks'

/** What keys do, by `KeyboardEvent.key`. A handler that returns false leaves the key to the browser. */
export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void | false>>

const stack: { readonly keys: () => Keys }[] = []

/** Gives keys a meaning while the component is shown; those of an inner component come first. Keys that type are left alone. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  // Before the browser paints: who sees a view may press a key.
  useLayoutEffect(() => {
    const entry = { keys: () => latest.current }
    stack.push(entry)
    return () => void stack.splice(stack.indexOf(entry), 1)
  }, [])
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (isTyping(event.target) && event.key !== 'Escape') return
  if (document.querySelector('dialog[open]') !== null) return
  for (const { keys } of stack.toReversed()) {
    const handler = keys()[event.key]
    if (handler !== undefined && handler(event) !== false) {
      event.preventDefault()
      return
    }
  }
})

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), select, textarea')
}
