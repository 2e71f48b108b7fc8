import { shutdown, type ShutdownOptions } from './index.ts'

/** What a child process is told to be, as JSON in its first argument. */
export interface Scenario {
  readonly options?: ShutdownOptions
  /** Milliseconds that the hook takes; -1 for ever. */
  readonly hook?: number
  /** What happens when the service is ready. */
  readonly incident?: 'throw' | 'reject' | 'throw while draining' | 'block'
  /** Milliseconds before it is ready. */
  readonly slowStart?: number
}

const { options, hook = 0, incident, slowStart = 0 }: Scenario = JSON.parse(process.argv[2] ?? '{}')
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const life = shutdown(options)
// A service that waits for requests.
const service = setInterval(() => undefined, 1000)
say(`pid ${process.pid}`)
await new Promise((resolve) => setTimeout(resolve, slowStart))

life.hook('db', async () => {
  say(`hook ${life.state}`)
  // Nothing but the shutdown itself keeps the process alive from here on.
  clearInterval(service)
  if (incident === 'throw while draining') setTimeout(() => fail('while draining'), 10)
  await (hook < 0 ? new Promise(() => undefined) : new Promise((resolve) => setTimeout(resolve, hook)))
})
life.last('telemetry', () => say('last'))
life.ready()
say('ready')

function fail(message: string): never {
  throw new Error(message)
}

if (incident === 'throw') setTimeout(() => fail('nobody catches me'), 10)
if (incident === 'reject') void Promise.reject(new Error('nobody awaits me'))
