import type { JSX } from 'preact'
import type { LogEntry } from '../../../src/api.ts'
import { formatClock } from '../format/time.ts'
import { Attributes, textOf } from '../parts/attributes.tsx'
import { Level, Service } from '../parts/badges.tsx'
import { Exception } from '../parts/exception.tsx'
import { hrefOf } from '../state/place.ts'
import { Panel } from './panel.tsx'
import { Fact } from './span-panel.tsx'

/** What a panel about a log line needs. */
export interface LogPanelProps {
  readonly entry: LogEntry
  /** Whether the trace of the line is what stands beside it. */
  readonly inTrace: boolean
  readonly onClose: () => void
}

/** Everything about one log line, and the way to its trace. */
export function LogPanel({ entry, inTrace, onClose }: LogPanelProps): JSX.Element {
  const { level, service, logger, time, message, body, event, attributes, exception, traceId, spanId } = entry
  return (
    <Panel title={inTrace ? 'Log line' : formatClock(Date.parse(time))} onClose={onClose}>
      <p class="log-message">{message}</p>
      <dl class="facts">
        <Fact name="Level">
          <Level level={level} />
        </Fact>
        <Fact name="Service">
          <Service name={service} />
        </Fact>
        {logger !== undefined && <Fact name="Logger">{logger}</Fact>}
        {event !== undefined && <Fact name="Event">{event}</Fact>}
        {inTrace && <Fact name="Time">{formatClock(Date.parse(time))}</Fact>}
      </dl>
      {traceId !== undefined && !inTrace && (
        <p>
          <a class="button" href={hrefOf('traces', traceId, { span: spanId })}>
            Open the trace
          </a>
        </p>
      )}
      {exception && <Exception {...exception} />}
      <Attributes title="Fields" attributes={attributes} />
      {body !== undefined && (
        <section class="attributes">
          <h3>Body</h3>
          <pre>{textOf(body)}</pre>
        </section>
      )}
      {traceId !== undefined && (
        <Attributes
          title="Trace"
          attributes={spanId === undefined ? { trace: traceId } : { trace: traceId, span: spanId }}
        />
      )}
    </Panel>
  )
}
