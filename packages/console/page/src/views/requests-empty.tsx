import type { JSX } from 'preact'
import { Empty } from '../parts/empty.tsx'
import { isTapped } from '../state/meta.ts'
import { reportHere } from './report-here.ts'

/** What a newcomer sees: how the first request gets here. */
export function RequestsEmpty(): JSX.Element {
  if (!isTapped())
    return (
      <Empty title="This service's telemetry does not reach the console">
        <p>Hand the page to telemetry as its tap, and mount tracing:</p>
        <pre>
          <code>{`const page = consolePage()
await startTelemetry({ tap: page })
app.use(page, tracing())`}</code>
        </pre>
        <p>Another service can report here as well:</p>
        <pre>
          <code>{reportHere()}</code>
        </pre>
      </Empty>
    )
  return (
    <Empty title="No requests yet">
      <p>Make one, and it appears here as soon as it is answered:</p>
      <pre>
        <code>{`curl -i ${location.origin}/`}</code>
      </pre>
      <p>Each request opens the trace of everything it did, across services, with its log lines in place.</p>
    </Empty>
  )
}
