import type { JSX } from 'preact'
import { CopyButton } from './copy-button.tsx'

/** The parts of an exception, as telemetry has them. */
export interface ExceptionProps {
  readonly type?: string | undefined
  readonly message?: string | undefined
  readonly stack?: string | undefined
}

/** An exception with its stack; frames of dependencies and of the runtime step back. */
export function Exception({ type, message, stack }: ExceptionProps): JSX.Element {
  const title = [type, message].filter(Boolean).join(': ')
  const lines = stack?.split('\n') ?? []
  const first = lines.findIndex((line) => /^\s+at /.test(line))
  const frames = first === -1 ? lines : lines.slice(first)
  return (
    <section class="exception">
      <header>
        <strong>{title || 'An exception without a message'}</strong>
        {stack && <CopyButton text={stack} label="Copy the stack" />}
      </header>
      {frames.length > 0 && (
        <pre tabIndex={0} aria-label="Stack">
          {frames.map((frame, index) => (
            <span key={index} class={isForeign(frame) ? 'frame foreign' : 'frame'}>
              {first === -1 ? frame : frame.trim()}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </section>
  )
}

function isForeign(frame: string): boolean {
  return /node_modules|\(?node:|\(native|<anonymous>\)?$/.test(frame)
}
