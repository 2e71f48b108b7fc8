import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { HealthCheckView, HealthSample } from '../../../src/api.ts'
import { formatDuration } from '../format/duration.ts'
import { threeDigits } from '../format/duration.ts'
import { formatAgo, formatClock, formatSpan } from '../format/time.ts'
import { Outcome } from '../parts/badges.tsx'
import { Empty } from '../parts/empty.tsx'
import { health } from '../state/health.ts'

const samplesShown = 60
const words = { pass: 'Healthy', warn: 'Degraded', fail: 'Failing' } as const

/** How the service stands: every check, what it says now, and how it went. */
export function HealthView(): JSX.Element {
  const now = useNow(1000)
  const view = health.value
  return (
    <section class="view" aria-label="Health">
      <header class="toolbar">
        <h1>Health</h1>
        {view?.status && (
          <p class={`verdict ${view.status}`}>
            <i />
            {words[view.status]}
          </p>
        )}
        {view?.available && (
          <p class="tally">
            {[view.lifecycle, view.uptime !== undefined && `up ${formatSpan(view.uptime)}`, view.version]
              .filter(Boolean)
              .join(' · ')}
          </p>
        )}
      </header>
      <div class="scroller" tabIndex={-1}>
        {view?.notes.map((note) => (
          <p key={note} class="note">
            {note}
          </p>
        ))}
        {view?.available && view.checks.length > 0 && <Checks checks={view.checks} now={now} />}
        {view?.available && view.checks.length === 0 && (
          <Empty title="No checks yet">
            <p>The service is up. Tell it what it depends on, and each answer is kept here:</p>
            <pre>
              <code>{`health({ checks: [postgresCheck({ client: pool }), redisCheck({ client: redis })] })`}</code>
            </pre>
          </Empty>
        )}
        {view?.available === false && (
          <Empty title="The console does not know of health">
            <p>Give it what answers your probes:</p>
            <pre>
              <code>{`const checks = health({ checks: [postgresCheck({ client: pool })] })
app.use(checks, consolePage({ health: checks }))`}</code>
            </pre>
          </Empty>
        )}
      </div>
    </section>
  )
}

function Checks({ checks, now }: { readonly checks: readonly HealthCheckView[]; readonly now: number }): JSX.Element {
  return (
    <table class="plain-table health-table" aria-label="Checks">
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">Status</th>
          <th scope="col">Since</th>
          <th scope="col" class="number wide">
            Took
          </th>
          <th scope="col">Last answers</th>
        </tr>
      </thead>
      <tbody>
        {checks.map((check) => (
          <tr key={check.name}>
            <td>
              <strong>{check.name}</strong>
              <span class="faint">{meaningOf(check)}</span>
              {check.output && check.status !== 'pass' && <span class="output">{check.output}</span>}
              {check.observedValue !== undefined && <span class="faint">{observed(check)}</span>}
            </td>
            <td>
              <Outcome status={check.status} />
            </td>
            <td class="since">
              <time dateTime={check.since} title={check.since}>
                {formatAgo(Date.parse(check.since), now)}
              </time>
            </td>
            <td class="number wide">{formatDuration(check.durationMs)}</td>
            <td class="history-cell">
              <History samples={check.history} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function History({ samples }: { readonly samples: readonly HealthSample[] }): JSX.Element {
  const shown = samples.slice(-samplesShown)
  const bad = shown.filter(({ status }) => status !== 'pass').length
  const longest = Math.max(...shown.map(({ durationMs }) => durationMs), 1e-9)
  const label =
    bad === 0
      ? `the last ${shown.length} answers were pass`
      : `${bad} of the last ${shown.length} answers were not pass`
  return (
    <svg
      class="history"
      viewBox={`0 0 ${samplesShown * 6} 28`}
      role="img"
      aria-label={label}
      preserveAspectRatio="xMaxYMid slice"
    >
      {shown.map(({ time, status, durationMs, output }, index) => {
        const height = 6 + 20 * Math.sqrt(durationMs / longest)
        return (
          <rect
            key={time}
            class={status}
            x={(samplesShown - shown.length + index) * 6}
            y={27 - height}
            width="4"
            height={height}
            rx="1"
          >
            <title>
              {[formatClock(Date.parse(time)), status, formatDuration(durationMs), output].filter(Boolean).join(' · ')}
            </title>
          </rect>
        )
      })}
    </svg>
  )
}

/** A check of the kind `degraded` passes or warns: the word beside a check that passes would say the contrary. */
function meaningOf({ kind, gates }: HealthCheckView): string {
  return [kind === 'degraded' ? 'not critical' : kind, ...gates.map((gate) => `gates ${gate}`)].join(', ')
}

function observed({ observedValue, observedUnit = '' }: HealthCheckView): string {
  const value =
    typeof observedValue === 'number' && !Number.isInteger(observedValue)
      ? threeDigits(observedValue)
      : String(observedValue)
  return `${value} ${observedUnit}`.trim()
}

/** The time, renewed at an interval. */
function useNow(milliseconds: number): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), milliseconds)
    return () => clearInterval(timer)
  }, [milliseconds])
  return now
}
