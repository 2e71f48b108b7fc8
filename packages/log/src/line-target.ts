import { fstatSync, openSync, statSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'
import { isatty } from 'node:tty'
import { LineWriter } from './line-writer.ts'
import { LogError } from './log-error.ts'

/** Where lines are written. */
export interface LineTarget {
  readonly fd: number
  readonly writer: LineWriter
  readonly isTerminal: boolean
}

/** Loggers with one target share its writer: two writers would mix their lines when a reader is slow. */
const targets = new Map<string, LineTarget>()

/**
 * The target of lines: `'stdout'`, `'stderr'`, a file descriptor, or the path of a file, to which lines are appended.
 *
 * @param maxPending - How many characters may wait there.
 * @throws {LogError} `ERR_LOG_OUTPUT` when the file cannot be opened.
 */
export function lineTarget(to: string | number, maxPending: number): LineTarget {
  const named = to === 1 ? 'stdout' : to === 2 ? 'stderr' : to
  const target = typeof named === 'number' ? targetOf(named) : namedTarget(named)
  target.writer.allow(maxPending)
  return target
}

function namedTarget(to: string): LineTarget {
  const isStandard = to === 'stdout' || to === 'stderr'
  const name = isStandard ? to : resolve(to)
  const known = targets.get(name)
  if (known !== undefined && (isStandard || isStillAt(known.fd, name))) return known
  const target = targetOf(isStandard ? standardStream(to) : openFile(name))
  targets.set(name, target)
  return target
}

function targetOf(fd: number): LineTarget {
  return { fd, writer: new LineWriter(fd), isTerminal: isatty(fd) }
}

/** Reading the stream makes the runtime set a pipe to non-blocking, so that a slow reader cannot stop the event loop. */
function standardStream(to: 'stdout' | 'stderr'): number {
  const fd = to === 'stdout' ? 1 : 2
  const stats = statsOf(() => fstatSync(fd))
  if (stats?.isFIFO() || stats?.isSocket()) Reflect.get(process, to)
  return fd
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a')
  } catch (cause) {
    const message = `'${path}' cannot be opened for appending. Create its folder, or write 'stdout'.`
    throw new LogError('ERR_LOG_OUTPUT', message, { cause })
  }
}

/** Whether the file of a path is still the one that was opened: it may have been renamed since. */
function isStillAt(fd: number, path: string): boolean {
  const opened = statsOf(() => fstatSync(fd))
  const found = statsOf(() => statSync(path))
  return opened !== undefined && opened.ino === found?.ino && opened.dev === found.dev
}

function statsOf(stat: () => Stats): Stats | undefined {
  try {
    return stat()
  } catch {
    return undefined
  }
}
