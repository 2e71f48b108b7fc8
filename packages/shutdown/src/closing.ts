import { HookList, type Hook } from './hook-list.ts'
import { InFlight } from './in-flight.ts'
import { ListenerGroup } from './listener-group.ts'
import { OpenConnections } from './open-connections.ts'
import { ShutdownError } from './shutdown-error.ts'
import type { ShutdownLogger } from './shutdown-logger.ts'
import { timeBudget } from './time-budget.ts'
import { within } from './within.ts'

/** How long a WebSocket may take to answer a close frame, in milliseconds. */
const closeHandshake = 1000

/** Everything that is open in a service, and the order in which it is closed. */
export class Closing {
  readonly inFlight: InFlight = new InFlight()
  readonly listeners: ListenerGroup
  readonly connections: OpenConnections = new OpenConnections()
  readonly hooks: HookList = new HookList()
  readonly last: HookList = new HookList()
  /** What did not end in time. */
  readonly open: string[] = []
  /** The names of the hooks that failed or took too long. */
  readonly failed: string[] = []
  readonly #logger: ShutdownLogger
  #running: Hook | undefined
  #clean = true
  #over = false

  constructor(logger: ShutdownLogger) {
    this.#logger = logger
    this.listeners = new ListenerGroup(logger)
  }

  /** Nothing was cut, and no hook failed. The last hooks do not count: a dead collector is no failure of the service. */
  get clean(): boolean {
    return this.#clean
  }

  /** Tells clients to come back over a new connection, which a load balancer sends elsewhere. */
  drain(): void {
    this.inFlight.drain()
    this.listeners.drain()
  }

  /** Ends what is in flight, then the hooks, then the last hooks, all before `end` of `performance.now()`. */
  async run(end: number): Promise<void> {
    const until = timeBudget(performance.now(), end, this.hooks.timeout, this.last.timeout)
    await this.#endRequests(until.requests)
    if (!(await this.#runHooks(this.hooks, until.hooks))) this.#clean = false
    // Who cuts these is the deadline itself.
    await this.#runHooks(this.last, Infinity)
  }

  /** The deadline has passed: what is open is reported, and no further hook begins. */
  end(): void {
    this.#over = true
    this.#giveUp('The deadline has passed')
  }

  /** Reports what is open, and remembers it as cut. */
  #giveUp(why: string): ShutdownError {
    this.#clean = false
    const open = this.describe()
    this.open.push(...open)
    const error = new ShutdownError('ERR_SHUTDOWN_DEADLINE', `${why}, still open: ${open.join(', ') || 'nothing'}.`)
    this.#logger.error(error, 'cut what did not end in time', { open })
    return error
  }

  /** What is open right now. */
  describe(): string[] {
    const hook = this.#running ? [`hook ${this.#running.name}`] : []
    return [...this.inFlight.describe(), ...this.listeners.describe(), ...hook]
  }

  async #endRequests(until: number): Promise<void> {
    const patience = until - performance.now()
    const ended = await within(patience, () =>
      Promise.all([
        this.listeners.close(),
        this.connections.close(Math.min(patience, closeHandshake)),
        this.inFlight.empty(),
      ]),
    )
    if (ended !== 'late') return
    this.inFlight.abort(this.#giveUp('The time for requests is over'))
    this.listeners.destroy()
  }

  async #runHooks(list: HookList, until: number): Promise<boolean> {
    let good = true
    for (let hook = list.take(); hook && !this.#over; hook = list.take()) {
      good = (await this.#runHook(hook, until)) && good
    }
    return good
  }

  async #runHook(hook: Hook, until: number): Promise<boolean> {
    this.#running = hook
    const ms = Math.max(0, Math.min(hook.timeout, until - performance.now()))
    const ended = await within(ms, hook.close)
    if (this.#over) return false
    this.#running = undefined
    if (ended === 'done') return true
    this.failed.push(hook.name)
    this.#logger.error(ended === 'late' ? late(hook, ms) : ended.error, 'a shutdown hook failed', { hook: hook.name })
    return false
  }
}

function late({ name }: Hook, ms: number): ShutdownError {
  return new ShutdownError('ERR_SHUTDOWN_TIMEOUT', `The hook "${name}" did not end within ${Math.round(ms)} ms.`)
}
