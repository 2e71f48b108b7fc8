import { consolePage } from '@seaworthy/console'
import { debug } from '@seaworthy/debug'
import { isSeaworthyError, requestId } from '@seaworthy/middleware'
import { startTelemetry } from '@seaworthy/telemetry'
import { tracing } from '@seaworthy/tracing'
import { describe, expect, test } from 'vitest'
import { service, ServiceError, type ServiceOptions } from './index.ts'

const alone = { name: 'orders', shutdown: false, log: false, telemetry: false } as const

/** What the types refuse and JavaScript allows. */
function wrong(options: object): Promise<unknown> {
  return service({ ...alone, ...options } as ServiceOptions).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a mistaken option', () => {
  const cases: readonly (readonly [options: object, message: string])[] = [
    [{ name: undefined }, "Write service({ name: 'orders' })."],
    [{ name: '' }, "Write service({ name: 'orders' })."],
    [{ name: 7 }, '`name` cannot be a number. Write a text.'],
    [{ version: 2 }, '`version` cannot be a number. Write a text.'],
    [{ requestID: false }, 'There is no option `requestID`. There are: name, version, checks, config, guards,'],
    [{ toString: 1 }, 'There is no option `toString`.'],
    [{ tracing: true }, '`tracing` cannot be `true`. Write an object, or an instance, or `false`.'],
    [{ tracing: null }, '`tracing` cannot be `null`.'],
    [{ metrics: 'on' }, '`metrics` cannot be a text.'],
    [{ tracing }, 'Write `tracing: tracing()`.'],
    [{ telemetry: startTelemetry }, '`telemetry` cannot be a function. Write an object, or `false`.'],
    [{ server: false }, '`server` cannot be `false`. Write an object.'],
    [{ deadline: {} }, '`deadline` cannot be an object.'],
    [{ guards: requestId() }, '`guards` cannot be an instance.'],
    [{ guards: { 0: requestId() } }, 'Write `guards: [limits, policy]`.'],
    [{ guards: [requestId(), async () => {}] }, '`app.use(svc)`, then `app.use(other)`.'],
    [{ prometheus: {} }, '`prometheus` needs telemetry. Let the service start it, or write `prometheus: endpoint`'],
    [{ console: {} }, '`console` needs telemetry. Let the service start it, or write `console: page`'],
    [{ console: consolePage }, 'Write `console: consolePage()`.'],
    [{ debug }, 'Write `debug: debug()`.'],
    [{ debug: 'loopback' }, '`debug` cannot be a text. Write an object, or an instance, or `false`.'],
    [{ config: { port: 8080 } }, '`config` cannot be an object. Write a function.'],
    [{ runtimeMetrics: () => {} }, '`runtimeMetrics` cannot be a function. Write an object, or `false`.'],
  ]
  for (const [options, message] of cases) {
    test(`is refused: ${message} (service/27)`, async () => {
      const error = await wrong(options)
      expect(error).toBeInstanceOf(ServiceError)
      expect(isSeaworthyError(error)).toBe(true)
      expect(error).toMatchObject({ code: 'ERR_SERVICE_OPTION', message: expect.stringContaining(message) })
    })
  }

  test('is refused also where there are no options at all (service/27)', async () => {
    // @ts-expect-error: a service has a name.
    await expect(service()).rejects.toMatchObject({ code: 'ERR_SERVICE_OPTION' })
  })

  test('is refused before anything of the process is touched (service/27)', async () => {
    const listeners = process.listenerCount('SIGTERM')
    expect(await wrong({ shutdown: {}, telemetry: {}, tracing: true })).toMatchObject({ code: 'ERR_SERVICE_OPTION' })
    expect(process.listenerCount('SIGTERM')).toBe(listeners)
  })

  test('of a part is refused by the part (service/28)', async () => {
    expect(await wrong({ deadline: '10 apples' })).toMatchObject({ code: 'ERR_DURATION' })
    expect(await wrong({ bodyLimit: '1 stone' })).toMatchObject({ code: 'ERR_SIZE' })
    expect(await wrong({ checks: { 'a b': () => true } })).toMatchObject({ code: 'ERR_HEALTH_CHECK_NAME' })
    expect(await wrong({ shutdown: { drainDelay: '1h' } })).toMatchObject({ code: 'ERR_SHUTDOWN_OPTION' })
    expect(await wrong({ debug: { keep: 0 } })).toMatchObject({ code: 'ERR_DEBUG_OPTION' })
    expect(await wrong({ log: { level: 'loud' } })).toMatchObject({ code: 'ERR_LOG_LEVEL' })
    expect(await wrong({ telemetry: { traces: { maxPerSecond: -1 } } })).toMatchObject({ code: 'ERR_TELEMETRY_OPTION' })
  })
})
