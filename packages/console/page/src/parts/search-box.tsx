import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { useKeys } from '../state/keys.ts'
import { Icon } from './icon.tsx'

/** What a search box needs. */
export interface SearchBoxProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** What it searches, as its placeholder and its name. */
  readonly label: string
  /** Enter, while the box has the focus. */
  readonly onEnter?: () => void
}

/** A search box that `/` goes to. Escape empties it, and leaves it when it is empty. */
export function SearchBox({ value, onChange, label, onEnter }: SearchBoxProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.select() })

  function press(event: KeyboardEvent): void {
    if (event.key === 'Enter') onEnter?.()
    if (event.key !== 'Escape') return
    event.stopPropagation()
    event.preventDefault()
    if (value === '') input.current?.blur()
    else onChange('')
  }

  return (
    <label class="search">
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        role="searchbox"
        autocomplete="off"
        spellcheck={false}
        aria-label={label}
        placeholder={label}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={press}
      />
      {value === '' ? (
        <kbd>/</kbd>
      ) : (
        <button type="button" class="plain" aria-label="Empty the search" onClick={() => onChange('')}>
          <Icon name="close" />
        </button>
      )}
    </label>
  )
}
