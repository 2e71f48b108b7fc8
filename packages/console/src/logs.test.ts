import { beforeAll, describe, expect, test } from 'vitest'
import { bareConsole } from './bare-console.test-kit.ts'
import type { LogEntry, LogPage } from './index.ts'
import { startService, until } from './service.test-kit.ts'
import { makeLog, traceId } from './telemetry.test-kit.ts'

describe('the log', () => {
  const { page, api } = bareConsole()
  beforeAll(() => {
    page.onLog?.(makeLog({ severity: 1, body: 'very detailed' }))
    page.onLog?.(makeLog({ severity: 5, logger: 'db', body: 'connected', attributes: { pool: { size: 4 } } }))
    page.onLog?.(makeLog({ severity: 9, body: 'Order placed', attributes: { order: 7, total: '9.50 EUR' } }))
    page.onLog?.(makeLog({ severity: 13, service: 'inventory', body: 'stock is low', trace: 5 }))
    page.onLog?.(
      makeLog({ severity: 17, body: 'failed', attributes: { 'exception.type': 'E', 'exception.message': 'm' } }),
    )
    page.onLog?.(makeLog({ severity: 21, body: { reason: 'out of oil' }, eventName: 'engine.stopped' }))
  })
  const messages = async (query: string): Promise<string[]> => {
    const { logs } = await api<LogPage>(`logs${query}`)
    return logs.map(({ message }) => message).toReversed()
  }

  test.each<[string, string[]]>([
    ['', ['very detailed', 'connected', 'Order placed', 'stock is low', 'failed', '{"reason":"out of oil"}']],
    ['?level=warn', ['stock is low', 'failed', '{"reason":"out of oil"}']],
    ['?level=fatal', ['{"reason":"out of oil"}']],
    ['?level=loud&search=placed', ['Order placed']],
    ['?service=inventory', ['stock is low']],
    ['?logger=db', ['connected']],
    ['?search=order+PLACED', ['Order placed']],
    ['?search=total=9.50', ['Order placed']],
    ['?search="size":4', ['connected']],
    ['?search=engine', ['{"reason":"out of oil"}']],
    [`?search=${traceId(5)}`, ['stock is low']],
    ['?search=nothing+of+this', []],
  ])('is read by %s (console/6)', async (query, expected) => {
    expect(await messages(query)).toEqual(expected)
  })

  test('is read page by page, and tells what can be chosen (console/6)', async () => {
    const first = await api<LogPage>('logs?limit=4')
    expect(first).toMatchObject({
      next: 3,
      held: 6,
      facets: { services: ['inventory', 'orders'], loggers: ['db', 'tests'] },
    })
    const second = await api<LogPage>(`logs?limit=4&before=${first.next}`)
    expect([...first.logs, ...second.logs].map(({ seq }) => seq)).toEqual([6, 5, 4, 3, 2, 1])
    expect(second.next).toBeUndefined()
    expect((await api<LogPage>('logs?after=5')).logs).toHaveLength(1)
  })

  test('has everything of a line (console/6)', async () => {
    const { logs } = await api<LogPage>('logs')
    expect(logs[0]).toEqual({
      seq: 6,
      time: '2026-01-01T00:00:00.000Z',
      level: 'fatal',
      service: 'orders',
      message: '{"reason":"out of oil"}',
      body: { reason: 'out of oil' },
      event: 'engine.stopped',
      logger: 'tests',
      attributes: {},
    })
    expect(logs[1]).toMatchObject({ level: 'error', attributes: {}, exception: { type: 'E', message: 'm' } })
    expect(logs.map(({ level }) => level)).toEqual(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  })
})

test('the lines that a real service logs are found (console/6)', async () => {
  await using service = await startService()
  await service.get('/orders/42')
  const found = await until(
    () => service.api<LogPage>('logs?search=reading+order=42'),
    ({ logs }) => logs.length === 1,
  )
  const [line]: readonly LogEntry[] = found.logs
  expect(line).toMatchObject({
    level: 'info',
    service: 'orders',
    message: 'reading an order',
    attributes: { order: '42' },
  })
})
