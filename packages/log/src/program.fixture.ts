import { handler } from '@seaworthy/middleware'
import { configureLog, createLogger, log, requestLog } from './index.ts'

/** Programs that tests run as processes of their own: their standard streams are what the tests are about. */
const programs: Readonly<Record<string, () => unknown>> = {
  default() {
    log.debug('debug')
    log.info('info')
    log.with({ a: 1 }).warn('warn')
  },

  ends() {
    write(1000)
  },

  exits() {
    write(1000)
    process.exit(0)
  },

  exitsLater() {
    setTimeout(() => {
      write(1000)
      process.exit(7)
    }, 5)
  },

  throws() {
    setTimeout(() => {
      write(1000)
      throw new Error('nobody catches this')
    }, 5)
  },

  rejects() {
    setTimeout(() => {
      write(1000)
      void Promise.reject(new Error('nobody handles this'))
    }, 5)
  },

  logsAtTheEnd() {
    process.on('exit', () => write(1, 3))
    write(1, 0)
    process.once('beforeExit', () => write(1, 2))
    setTimeout(() => write(1, 1), 5)
    process.on('exit', () => write(1, 4))
  },

  diesOfAnError() {
    process.on('uncaughtException', () => process.kill(process.pid, 'SIGKILL'))
    setTimeout(() => {
      write(1000)
      throw new Error('the handler above kills')
    }, 5)
  },

  dies() {
    write(999)
    log.fatal('line 999', { i: 999 })
    process.kill(process.pid, 'SIGKILL')
  },

  holds() {
    configureLog({ format: 'json', buffer: true })
    const serve = handler(requestLog(), () => {
      log.info('held')
      return new Promise<Response>(() => undefined)
    })
    void serve(new Request('http://localhost/'))
    const [, , , end] = process.argv
    setTimeout(() => {
      if (end === 'exit') process.exit(0)
      if (end === 'throw') throw new Error('nobody catches this')
      if (end === 'reject') void Promise.reject(new Error('nobody handles this'))
    }, 5)
  },

  /** Ten lines a turn until killed; stderr tells which turn has ended. */
  neverEnds() {
    configureLog({ format: 'json', outputs: [process.argv[3] ?? 'stdout'] })
    let turn = 0
    const next = (): void => {
      process.stderr.write(`${turn}\n`)
      turn++
      write(10, turn * 10)
      setImmediate(() => setImmediate(next))
    }
    next()
  },

  /** A line every millisecond until nobody reads, and on for a while. */
  outlivesItsReader() {
    let i = 0
    const timer = setInterval(() => write(1, i++), 1)
    setTimeout(() => {
      clearInterval(timer)
      process.stderr.write('alive')
    }, 250)
  },

  /** More than a reader takes who does not read: tells how long a turn took at most, and what it cost in memory. */
  outrunsItsReader() {
    configureLog({ format: 'json', outputs: [{ maxPending: '1MiB' }] })
    let longest = 0
    let last = performance.now()
    let turns = 0
    const before = process.memoryUsage.rss()
    const text = 'x'.repeat(200)
    const next = (): void => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      for (let i = 0; i < 100; i++) log.info('m', { i: turns * 100 + i, text })
      if (++turns < 400) return void setTimeout(next, 0)
      const grown = (process.memoryUsage.rss() - before) / 2 ** 20
      process.stderr.write(JSON.stringify({ longest, grown }))
      process.stdin.once('data', () => {
        setTimeout(() => {
          log.info('read again')
          process.stdin.destroy()
        }, 200)
      })
    }
    next()
  },

  sharesStdout() {
    const loggers = (['stdout', 1] as const).map((to) => createLogger({ format: 'json', outputs: [to] }))
    for (let i = 0; i < 100; i++) loggers[i % 2]?.info('m', { i })
  },

  /** Far more than a pipe holds. */
  endsUnread() {
    write(50_000)
  },

  mixed() {
    configureLog({
      format: 'json',
      level: 'debug',
      outputs: [
        { format: 'text' },
        { to: 'stderr', level: 'error' },
        {
          write(record) {
            throw new Error(`cannot write ${record.msg}`)
          },
        },
      ],
    })
    log.debug('one')
    log.error('two')
  },
}

function write(count: number, first = 0): void {
  for (let i = first; i < first + count; i++) log.info(`line ${i}`, { i })
}

programs[process.argv[2] ?? '']?.()
