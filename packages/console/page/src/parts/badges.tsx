import type { JSX } from 'preact'
import type { LogLevel } from '../../../src/api.ts'
import { serviceColour } from '../state/meta.ts'

/** An HTTP status in the colour of its class; a dash where there is none. */
export function Status({
  status,
  error = false,
}: {
  readonly status?: number | undefined
  readonly error?: boolean
}): JSX.Element {
  if (status === undefined) return error ? <span class="status bad">error</span> : <span class="status none">–</span>
  const tone = status >= 500 || error ? 'bad' : status >= 400 ? 'warn' : status >= 300 ? 'moved' : 'good'
  return <span class={`status ${tone}`}>{status}</span>
}

/** A log level in its colour. */
export function Level({ level }: { readonly level: LogLevel }): JSX.Element {
  return <span class={`level ${level}`}>{level}</span>
}

/** A service in its colour. */
export function Service({ name }: { readonly name: string }): JSX.Element {
  return (
    <span class="service">
      <i class={`swatch ${serviceColour(name)}`} />
      {name}
    </span>
  )
}

/** The outcome of a check, in a word and a colour. */
export function Outcome({ status }: { readonly status: 'pass' | 'warn' | 'fail' }): JSX.Element {
  return <span class={`outcome ${status}`}>{status}</span>
}
