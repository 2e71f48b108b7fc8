import type { JSX } from 'preact'
import type { AttributeMap, SpanDetail, SpanEvent } from '../../../src/api.ts'
import { formatDuration } from '../format/duration.ts'
import { formatClock } from '../format/time.ts'
import { Attributes } from '../parts/attributes.tsx'
import { Service, Status } from '../parts/badges.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { Exception } from '../parts/exception.tsx'
import { hrefOf } from '../state/place.ts'
import { useSpanDetail } from '../state/trace.ts'
import { Panel } from './panel.tsx'

/** What a panel about a span needs. */
export interface SpanPanelProps {
  readonly traceId: string
  readonly spanId: string
  readonly name: string
  readonly onClose: () => void
}

/** Everything about one span: when, its errors, events, attributes, links, and whose it is. */
export function SpanPanel({ traceId, spanId, name, onClose }: SpanPanelProps): JSX.Element {
  const detail = useSpanDetail(traceId, spanId)
  return (
    <Panel title={name} onClose={onClose}>
      {detail && <SpanContent detail={detail} />}
    </Panel>
  )
}

function SpanContent({ detail }: { readonly detail: SpanDetail }): JSX.Element {
  const { service, kind, status, error, durationMs, offsetMs, time, statusMessage, details, attributes, links } = detail
  const exceptions = details.filter((event) => event.exception !== undefined)
  const events = details.filter((event) => event.exception === undefined)
  const saysMore =
    statusMessage !== undefined && !exceptions.some(({ exception }) => exception?.message === statusMessage)
  return (
    <>
      <dl class="facts">
        <Fact name="Service">
          <Service name={service} />
        </Fact>
        <Fact name="Kind">{kind}</Fact>
        {status !== undefined && (
          <Fact name="Status">
            <Status status={status} error={error} />
          </Fact>
        )}
        <Fact name="Duration">{formatDuration(durationMs)}</Fact>
        <Fact name="Began">
          {formatClock(Date.parse(time))} <span class="faint">+{formatDuration(offsetMs)}</span>
        </Fact>
      </dl>
      {saysMore && <p class="status-message">{statusMessage}</p>}
      {exceptions.map(({ exception }, index) => (
        <Exception key={index} {...exception} />
      ))}
      {events.length > 0 && <Events events={events} />}
      <Attributes title="Attributes" attributes={attributes} />
      {links.length > 0 && (
        <section class="attributes">
          <h3>Links</h3>
          {links.map((link) => (
            <p key={link.spanId}>
              <a href={hrefOf('traces', link.traceId, { span: link.spanId })}>{link.traceId}</a>
            </p>
          ))}
        </section>
      )}
      <Attributes title="Resource" attributes={detail.resource} />
      <Attributes title="Recorded by" attributes={scopeOf(detail)} />
      {detail.lost > 0 && (
        <p class="faint">{detail.lost} attributes, events or links were dropped before they got here.</p>
      )}
      <p class="ids">
        Span <code>{detail.spanId}</code>
        <CopyButton text={detail.spanId} label="Copy the span id" />
      </p>
    </>
  )
}

function scopeOf({ scope }: SpanDetail): AttributeMap {
  return scope.version === undefined ? { name: scope.name } : { name: scope.name, version: scope.version }
}

function Events({ events }: { readonly events: readonly SpanEvent[] }): JSX.Element {
  return (
    <section class="events">
      <h3>Events</h3>
      {events.map(({ name, offsetMs, attributes }, index) => (
        <details key={index} open={events.length < 4}>
          <summary>
            <span class="faint">+{formatDuration(offsetMs)}</span> {name}
          </summary>
          <Attributes title="" attributes={attributes} />
        </details>
      ))}
    </section>
  )
}

/** A name and what it has, in a line of facts. */
export function Fact({
  name,
  children,
}: {
  readonly name: string
  readonly children: JSX.Element | string | (JSX.Element | string)[]
}): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
