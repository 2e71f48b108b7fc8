import type { JSX } from 'preact'
import type { AttributeMap, AttributeValue } from '../../../src/api.ts'

/** Names and their values, by name. Nothing is drawn for none. */
export function Attributes({
  attributes,
  title,
}: {
  readonly attributes: AttributeMap
  readonly title: string
}): JSX.Element | null {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (entries.length === 0) return null
  return (
    <section class="attributes">
      <h3>{title}</h3>
      <dl>
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={kindOf(value)}>{textOf(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** A value as it is read: text as it is, everything else as JSON. */
export function textOf(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, typeof value === 'object' ? 2 : undefined)
}

function kindOf(value: AttributeValue): string {
  if (typeof value === 'string') return 'text'
  return typeof value === 'object' && value !== null ? 'object' : 'number'
}
