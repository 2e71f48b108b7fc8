import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { handler } from '@seaworthy/middleware'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as one from './index.ts'
import { memoryOutput } from './testing.ts'

const source = fileURLToPath(new URL('.', import.meta.url))
const copy = fileURLToPath(
  new URL(`../dist/copy-${process.pid}-${'Bun' in globalThis ? 'bun' : 'node'}/`, import.meta.url),
)

describe('a second copy of the package', () => {
  let two: typeof one
  beforeAll(async () => {
    mkdirSync(copy, { recursive: true })
    cpSync(source, copy, { recursive: true, filter: (path) => !/\.(?:test|fixture|test-d)\.ts$/.test(path) })
    two = await import(`${copy}index.ts`)
  })
  afterAll(() => {
    one.configureLog({ level: 'silent' })
    rmSync(copy, { recursive: true })
  })

  test('is another one (log/68)', () => {
    expect(two.log).not.toBe(one.log)
  })

  test('writes to the logger of the process, with the same ambient fields (log/68)', () => {
    const output = memoryOutput()
    one.configureLog({ outputs: [output], fields: { service: 's' } })
    two.log.with({ own: 2 }).info('two')
    two.withFields({ job: 'j' }, () => one.log.info('one', { own: 1 }))
    two.configureLog(one.createLogger({ outputs: [output] }))
    one.log.info('configured by two')
    expect(output.records.map(({ msg, fields }) => [msg, fields])).toEqual([
      ['two', { service: 's', own: 2 }],
      ['one', { service: 's', job: 'j', own: 1 }],
      ['configured by two', {}],
    ])
  })

  test('shares the scope of a request (log/68)', async () => {
    const output = memoryOutput()
    const logger = one.createLogger({ buffer: true, outputs: [output] })
    const serve = handler(two.requestLog({ logger, ignore: () => true }), (request: Request) => {
      one.log.info('one')
      two.log.info('two')
      if (request.url.endsWith('/fails')) two.log.error('failed')
      return new Response()
    })
    for (const path of ['/works', '/fails']) await (await serve(new Request(`http://localhost${path}`))).text()
    expect(output.messages).toEqual(['one', 'two', 'failed'])
  })

  test('changes the level of all (log/68)', () => {
    const output = memoryOutput()
    const loggers = [one.createLogger({ outputs: [output] }), two.createLogger({ outputs: [output] })]
    for (const { overrideLevel } of [one, two]) {
      const takeBack = overrideLevel({ level: 'debug' })
      for (const logger of loggers) logger.debug('on')
      takeBack()
      for (const logger of loggers) logger.debug('off')
    }
    expect(output.messages).toEqual(['on', 'on', 'on', 'on'])
  })
})
