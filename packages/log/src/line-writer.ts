import { writeSync } from 'node:fs'
import { setImmediate, setTimeout } from 'node:timers'
import { complain } from './complain.ts'
import { isFields } from './fields.ts'
import { finishAtEnd, isEnding, isFinished, type Unfinished } from './process-end.ts'

/** Characters that are written without waiting for the end of the turn. */
const chunkLength = 65_536

/** How long a descriptor is left alone when its reader is behind, in milliseconds. */
const slowReaderPause = 10

/** How long a descriptor is left alone that failed in another way, such as a full disk, in milliseconds. */
const failurePause = 1000

/** How long the end of the process waits for a reader that takes nothing, in milliseconds. */
const lastPatience = 2000

/** What tells that a descriptor will never take anything again: its reader is gone, or it is closed. */
const gone: ReadonlySet<unknown> = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'ENOTCONN', 'ESHUTDOWN'])

const nothing = Buffer.alloc(0)
const sleeper = new Int32Array(new SharedArrayBuffer(4))

/**
 * Writes lines to a file descriptor, in order and whole: those of one turn of the event loop together. Memory is
 * bounded: while the descriptor takes nothing, lines beyond the bound are dropped and counted.
 */
export class LineWriter implements Unfinished {
  readonly #fd: number
  #maxPending = 0
  #text = ''
  #bytes: Buffer = nothing
  #offset = 0
  #isScheduled = false
  #failure: unknown = undefined
  #isRetrying = false
  #patience = lastPatience
  #dropped = 0
  #droppedLine: (count: number) => string = String

  constructor(fd: number) {
    this.#fd = fd
  }

  /** Allows that many characters to wait. */
  allow(maxPending: number): void {
    this.#maxPending = Math.max(this.#maxPending, maxPending)
  }

  /**
   * Adds a line; a line feed is added to it.
   *
   * @param droppedLine - Makes the line that tells how many lines were dropped.
   */
  write(line: string, droppedLine: (count: number) => string): void {
    if (gone.has(this.#failure)) return
    if (this.#pending + line.length > this.#maxPending) {
      this.#dropped++
      this.#droppedLine = droppedLine
      return
    }
    this.#text += `${line}\n`
    if (isEnding()) this.finish()
    else if (this.#failure === undefined) this.#written()
  }

  get #pending(): number {
    return this.#text.length + this.#bytes.length - this.#offset
  }

  #written(): void {
    if (this.#text.length >= chunkLength) this.flush()
    else if (!this.#isScheduled) {
      this.#isScheduled = true
      finishAtEnd(this)
      setImmediate(endTurn, this)
    }
  }

  /** The end of a turn in which lines were written. */
  endTurn(): void {
    this.#isScheduled = false
    this.flush()
  }

  /** Writes what the descriptor takes without waiting. */
  flush(): void {
    try {
      do {
        while (this.#load()) this.#offset += writeSync(this.#fd, this.#bytes, this.#offset)
      } while (this.#tellDropped())
      this.#failure = undefined
      this.#patience = lastPatience
      if (!this.#isScheduled) isFinished(this)
    } catch (error) {
      this.#fail(isFields(error) ? error['code'] : error)
    }
  }

  /** Takes the next bytes when the former ones are written. */
  #load(): boolean {
    if (this.#offset < this.#bytes.length) return true
    this.#bytes = this.#text === '' ? nothing : Buffer.from(this.#text)
    this.#text = ''
    this.#offset = 0
    return this.#bytes.length > 0
  }

  /** Adds the line that tells how many lines are missing before it. */
  #tellDropped(): boolean {
    if (this.#dropped === 0) return false
    const count = this.#dropped
    this.#dropped = 0
    this.#text += `${this.#droppedLine(count)}\n`
    return true
  }

  #fail(failure: unknown): void {
    const isNew = failure !== this.#failure
    this.#failure = failure
    if (isNew && failure !== 'EAGAIN') complain(`the log cannot be written: ${String(failure)}`, this.#fd)
    if (gone.has(failure)) this.#giveUp()
    else this.#retryLater(failure === 'EAGAIN' ? slowReaderPause : failurePause)
  }

  #giveUp(): void {
    this.#text = ''
    this.#bytes = nothing
    this.#offset = 0
    isFinished(this)
  }

  /** The timer does not keep the process alive: its end calls {@link finish}. */
  #retryLater(pause: number): void {
    if (this.#isRetrying) return
    this.#isRetrying = true
    finishAtEnd(this)
    setTimeout(() => {
      this.#isRetrying = false
      this.flush()
    }, pause).unref()
  }

  /** Writes everything, waiting for a slow reader as long as it takes something now and then. */
  finish(): void {
    for (let before = this.#pending; ;) {
      this.flush()
      if (this.#failure !== 'EAGAIN' || this.#patience <= 0) return
      this.#patience = this.#pending < before ? lastPatience : this.#patience - slowReaderPause
      before = this.#pending
      Atomics.wait(sleeper, 0, 0, slowReaderPause)
    }
  }
}

function endTurn(writer: LineWriter): void {
  writer.endTurn()
}
