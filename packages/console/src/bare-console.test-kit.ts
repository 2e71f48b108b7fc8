import { handler } from '@seaworthy/middleware'
import { consolePage, type Console, type ConsoleOptions, type ResourceMetricsData } from './index.ts'

/** A console in a plain Fetch handler, which is handed telemetry. */
export interface BareConsole {
  readonly page: Console
  /** What its API answers. */
  api<T>(path: string): Promise<T>
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Hands over metrics, as a collection of the SDK would. */
  measure(...metrics: readonly ResourceMetricsData[]): Promise<void>
}

/** Makes a {@link BareConsole}, which everybody may use. */
export function bareConsole(options: ConsoleOptions = {}): BareConsole {
  const page = consolePage({ authorize: () => true, ...options })
  const serve = handler(page, () => new Response('the application'))
  const ask: BareConsole['ask'] = async (path, init) => {
    const request = new Request(`http://localhost/_console${path}`, init)
    request.headers.set('host', 'localhost')
    return serve(request)
  }
  return {
    page,
    ask,
    async api<T>(path: string) {
      const response = await ask(`/api/${path}`)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      const answer: T = JSON.parse(await response.text())
      return answer
    },
    async measure(...metrics) {
      for (const resourceMetrics of metrics) {
        page.reader?.setMetricProducer({ collect: () => Promise.resolve({ resourceMetrics }) })
        await ask('/api/metrics')
      }
    },
  }
}
