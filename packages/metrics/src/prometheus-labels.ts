import type { Attributes } from '@opentelemetry/api'

/** More attribute keys than this are not remembered: they come from somewhere unbounded. */
const maxRemembered = 1000

const labelNames = new Map<string, string>()

/** Attributes as the inside of a label set, such as `http_route="/orders/:id",url_scheme="https"`. */
export function labels(attributes: Attributes, reserved?: string): string {
  const names: string[] = []
  let text = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value === undefined || value === null) continue
    const name = labelName(key)
    if (name === reserved || names.includes(name)) return mergedLabels(attributes, reserved)
    names.push(name)
    text += `${text === '' ? '' : ','}${name}="${labelValue(value)}"`
  }
  return text
}

/**
 * The same where two keys become one name: their values are joined by `;`, in the order of the original keys. A key
 * that would take a reserved name is renamed, as Prometheus renames a label that clashes with one of its own.
 */
function mergedLabels(attributes: Attributes, reserved: string | undefined): string {
  const values = new Map<string, string>()
  for (const key of Object.keys(attributes).toSorted()) {
    const value = attributes[key]
    if (value === undefined || value === null) continue
    const valid = labelName(key)
    const name = valid === reserved ? `exported_${valid}` : valid
    const former = values.get(name)
    values.set(name, former === undefined ? labelValue(value) : `${former};${labelValue(value)}`)
  }
  return [...values].map(([name, value]) => `${name}="${value}"`).join(',')
}

function labelName(key: string): string {
  const known = labelNames.get(key)
  if (known !== undefined) return known
  const valid = key.replace(/[^a-zA-Z0-9_]/g, '_').replace(/__+/g, '_')
  const name = /^[a-zA-Z_]/.test(valid) ? valid : `_${valid}`
  if (labelNames.size < maxRemembered) labelNames.set(key, name)
  return name
}

function labelValue(value: NonNullable<Attributes[string]>): string {
  if (typeof value === 'string') return escapeLabel(value)
  return typeof value === 'object' ? escapeLabel(JSON.stringify(value)) : String(value)
}

/** Escapes a label value, the same way in both formats. */
function escapeLabel(text: string): string {
  return /[\\"\n]/.test(text) ? text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n') : text
}
