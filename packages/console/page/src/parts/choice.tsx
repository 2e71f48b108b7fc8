import type { JSX } from 'preact'

/** What a choice needs. */
export interface ChoiceProps<Value extends string> {
  /** What is chosen, for those who do not see it. */
  readonly label: string
  readonly options: readonly { readonly value: Value; readonly text: string; readonly tone?: string }[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** One of a few, side by side. */
export function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          class={option.tone}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  )
}

/** What a picker needs. */
export interface PickerProps {
  /** What all of them are called: the first option. */
  readonly all: string
  readonly label: string
  readonly options: readonly string[]
  readonly value: string
  readonly onChange: (value: string) => void
}

/** One of many, or all. What was chosen stays in the list although it is no longer there. */
export function Picker({ all, label, options, value, onChange }: PickerProps): JSX.Element | null {
  const shown = value === '' || options.includes(value) ? options : [value, ...options]
  if (shown.length < 2 && value === '') return null
  return (
    <select class="picker" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{all}</option>
      {shown.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  )
}
