import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../../test/support/serve.ts'
import { fileLogger } from './file-logger.fixture.ts'
import { createLogger } from './index.ts'
import { runProgram, startProgram, startShell } from './run-program.fixture.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'seaworthy-log-'))))
afterAll(() => rmSync(folder, { recursive: true }))

/** The numbers of lines, each of which must be whole. */
const numbers = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).i)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

describe('lines of one turn', () => {
  test('are written together when it ends, in order (log/53)', async () => {
    const path = join(folder, 'turn.log')
    const logger = createLogger({ format: 'json', outputs: [path] })
    for (let i = 0; i < 100; i++) logger.info('m', { i })
    expect(readFileSync(path, 'utf8')).toBe('')
    await new Promise((resolve) => setTimeout(resolve, 1))
    await eventually(() => readFileSync(path, 'utf8') !== '', 'the lines')
    expect(numbers(readFileSync(path, 'utf8'))).toEqual(upTo(100))
  })

  test('are written before its end when they are many, still in order (log/53)', () => {
    using file = fileLogger()
    for (let i = 0; i < 5000; i++) file.logger.info('m', { i, text: 'x'.repeat(100) })
    expect(numbers(file.text())).toEqual(upTo(5000))
  })

  test('of two loggers with one file are whole and in order of time (log/53)', async () => {
    const path = join(folder, 'shared.log')
    const [one, two] = [
      createLogger({ format: 'json', outputs: [path] }),
      createLogger({ format: 'json', outputs: [{ to: path }] }),
    ]
    for (let i = 0; i < 1000; i++) (i % 2 ? one : two).info('m', { i })
    one.flush()
    expect(numbers(readFileSync(path, 'utf8'))).toEqual(upTo(1000))
  })

  test('of stdout and of its descriptor, by several loggers, are in order of time (log/53)', async () => {
    expect(numbers((await runProgram('sharesStdout')).stdout)).toEqual(upTo(100))
  })

  test('go to a new file when the former was renamed before a logger was made (log/59)', () => {
    const path = join(folder, 'rotated.log')
    const first = createLogger({ format: 'json', outputs: [path] })
    first.info('a', { i: 0 })
    first.flush()
    rmSync(path)
    const second = createLogger({ format: 'json', outputs: [path] })
    second.info('b', { i: 1 })
    second.flush()
    expect(numbers(readFileSync(path, 'utf8'))).toEqual([1])
  })
})

describe('before configureLog', () => {
  test('log writes info and above to stdout, as JSON where there is no terminal (log/7) (log/24)', async () => {
    const { stdout, stderr } = await runProgram('default')
    const lines = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { level: 'info', msg: 'info' },
      { level: 'warn', msg: 'warn', a: 1 },
    ])
    expect(stderr).toBe('')
  })

  test('log writes for people on a terminal, in colours (log/6) (log/7)', async () => {
    const { stdout } = await startShell('script -qec "$PROGRAM default" /dev/null < /dev/null').ended
    expect(stdout).toMatch(/\p{Cc}\[32mINFO \p{Cc}\[0m info/u)
    expect(stdout).toMatch(/\p{Cc}\[33mWARN \p{Cc}\[0m warn +\p{Cc}\[2ma=\p{Cc}\[0m1/u)
    expect(stdout).not.toContain('"msg"')
    const plain = await startShell('NO_COLOR=1 script -qec "$PROGRAM default" /dev/null < /dev/null').ended
    expect(plain.stdout).toMatch(/^[\d:.]+ INFO  info\r\n/)
  })
})

describe('the end of a process', () => {
  test('loses no line, whatever ends it (log/54)', async () => {
    const ends = { ends: 0, exits: 0, exitsLater: 7, throws: 1, rejects: 1 }
    await Promise.all(
      Object.entries(ends).map(async ([name, code]) => {
        const ended = await runProgram(name)
        expect([name, ended.code, ...numbers(ended.stdout)]).toEqual([name, code, ...upTo(1000)])
      }),
    )
  })

  test('loses no line after fatal or an uncaught error, even when nothing can run any more (log/54)', async () => {
    for (const program of ['dies', 'diesOfAnError']) {
      const ended = await runProgram(program)
      expect(ended.signal).toBe('SIGKILL')
      expect(numbers(ended.stdout)).toEqual(upTo(1000))
    }
  })

  test('loses no line that is logged while it ends (log/54)', async () => {
    expect(numbers((await runProgram('logsAtTheEnd')).stdout)).toEqual([0, 1, 2, 3, 4])
  })

  test('writes what running requests hold back (log/36)', async () => {
    const ends = await Promise.all(['exit', 'throw', 'reject', 'nothing'].map((end) => runProgram('holds', end)))
    for (const { stdout } of ends) expect(JSON.parse(stdout)).toMatchObject({ level: 'info', msg: 'held' })
  })

  test('by SIGKILL leaves whole lines, all those of earlier turns among them (log/58)', async () => {
    const path = join(folder, 'killed.log')
    const { child, ended, stderr } = startProgram(['neverEnds', path])
    await eventually(() => stderr().split('\n').length > 50, 'fifty turns', 20_000)
    child.kill('SIGKILL')
    await ended
    const turns = stderr().split('\n').filter(Boolean).length - 1
    const text = readFileSync(path, 'utf8')
    expect(text.endsWith('\n')).toBe(true)
    const found = numbers(text)
    expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i + 10))
    expect(found.length).toBeGreaterThanOrEqual(turns * 10)
  })
})

describe('a reader that leaves', () => {
  test('of a pipe neither makes logging throw nor stops the process (log/55)', async () => {
    const { stdout, stderr } = await startShell('$PROGRAM outlivesItsReader | head -1').ended
    expect(numbers(stdout)).toEqual([0])
    expect(stderr).toBe('seaworthy: the log cannot be written: EPIPE\nalive')
  })

  test('of a socket neither makes logging throw nor stops the process (log/55)', async () => {
    const { child, ended, stderr } = startProgram(['outlivesItsReader'])
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    child.stdout?.destroy()
    await eventually(() => stderr().includes('alive'), 'the end')
    expect((await ended).code).toBe(0)
    expect(stderr()).toBe('seaworthy: the log cannot be written: EPIPE\nalive')
  })

  test('before the first line changes nothing about it (log/55)', async () => {
    const { stdout, stderr, code } = await startShell('$PROGRAM ends >&-').ended
    expect([stdout, code]).toEqual(['', 0])
    expect(stderr).toMatch(/^(?:seaworthy: the log cannot be written: EBADF\n)?$/)
  })
})

describe('a slow reader', () => {
  const lineCount = 40_000

  /** What the program says about itself while nobody reads, and what is read in the end. */
  async function outrun(start: () => ReturnType<typeof startProgram>): Promise<void> {
    const { child, ended, stderr } = start()
    child.stdout?.pause()
    await eventually(() => stderr().endsWith('}'), 'all lines', 20_000)
    const { longest, grown } = JSON.parse(stderr())
    child.stdout?.resume()
    child.stdin?.end('read')
    const lines = (await ended).stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
    const kept = lines.filter(({ i }) => i !== undefined).map(({ i }) => Number(i))
    const notices = lines.filter(({ msg }) => msg === 'log lines were dropped')
    const dropped = notices.reduce((sum, { dropped: count }) => sum + Number(count), 0)

    expect(longest).toBeLessThan(2_000)
    expect(grown).toBeLessThan(100)
    expect(kept).toEqual(kept.toSorted((a, b) => a - b))
    expect(dropped).toBeGreaterThan(lineCount / 2)
    expect(kept.length + dropped).toBe(lineCount)
    expect(lines.at(-1)).toMatchObject({ msg: 'read again' })
  }

  test('of a socket does not stop the event loop, nor make memory grow (log/56)', async () => {
    await outrun(() => startProgram(['outrunsItsReader']))
  })

  test('of a pipe does not stop the event loop, nor make memory grow (log/56)', async () => {
    await outrun(() => startShell('$PROGRAM outrunsItsReader | cat'))
  })
})

describe('a reader that takes nothing', () => {
  test('holds up the end of a process for two seconds at most (log/56)', async () => {
    const began = performance.now()
    const { child } = startProgram(['endsUnread'])
    child.stdout?.pause()
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect(code).toBe(0)
    expect(performance.now() - began).toBeGreaterThan(1900)
    expect(performance.now() - began).toBeLessThan(8000)
    child.stdout?.destroy()
  })
})

describe('the memory of a writer', () => {
  test('is 8 MiB by default (log/56) (log/67)', () => {
    using file = fileLogger({ maxSize: '16MiB' })
    file.logger.info('x'.repeat(2 ** 23 - 100))
    expect(file.lines()).toHaveLength(1)
    file.logger.info('x'.repeat(2 ** 23))
    file.logger.info('after')
    expect(file.lines()).toMatchObject([{ msg: 'after' }, { level: 'warn', msg: 'log lines were dropped', dropped: 1 }])
  })
})

describe('a full disk', () => {
  test('neither makes logging throw nor stops the process (log/57)', async () => {
    const { stdout, stderr, code } = await startShell('$PROGRAM outlivesItsReader > /dev/full').ended
    expect([stdout, code]).toEqual(['', 0])
    expect(stderr).toBe('seaworthy: the log cannot be written: ENOSPC\nalive')
  })
})

describe('several outputs', () => {
  test('get the lines of their level in their format; one that throws disturbs none (log/59)', async () => {
    const { stdout, stderr } = await runProgram('mixed')
    const [one = '', two = ''] = stdout.split('\n')
    expect(one).toMatch(/^time=\S+ level=debug msg=one$/)
    expect(two).toMatch(/^time=\S+ level=error msg=two$/)
    const lines = stderr.split('\n').filter(Boolean)
    expect(lines.slice(0, 2)).toEqual([
      'seaworthy: an output of the log failed: cannot write one',
      'seaworthy: an output of the log failed: cannot write two',
    ])
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ level: 'error', msg: 'two' })
    expect(lines).toHaveLength(3)
  })
})
