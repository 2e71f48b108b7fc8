import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { Hono } from 'hono'
import { afterEach, describe, expect, test } from 'vitest'
import { health } from './index.ts'
import { redact } from './redact.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })

afterEach(() => {
  exporter.reset()
  trace.disable()
})

/** Everything that is said anywhere of a check that fails with a message. */
async function everythingSaid(error: unknown): Promise<string> {
  trace.setGlobalTracerProvider(provider)
  const said: unknown[] = []
  const logger = { info: (...line: unknown[]) => said.push(line), warn: (...line: unknown[]) => said.push(line) }
  const part = health({
    logger,
    details: 'always',
    checks: {
      db: () => {
        throw error
      },
    },
  })
  part.on('change', (change) => said.push(change))
  const app = new Hono().use(part)
  for (const accept of ['application/health+json', 'application/json', 'text/plain']) {
    said.push(await (await app.request('/healthz', { headers: { accept } })).text())
  }
  said.push(part.report, await part.check())
  for (const { name, attributes, status, events } of exporter.getFinishedSpans()) {
    said.push(name, attributes, status, events)
  }
  return JSON.stringify(said)
}

const secret = 'S3cr3t-Canary'

describe('secrets', () => {
  const messages: Record<string, string> = {
    'a connection string': `cannot reach postgres://app:${secret}@db.internal:5432/orders`,
    'a connection string in quotes': `invalid url "redis://default:${secret}@cache:6379"`,
    'a password with an @ and a slash': `bad dsn postgres://app:p@ss/${secret}@db/orders?sslmode=require`,
    'a password with a blank': `bad dsn postgres://app:pass ${secret}@db/orders`,
    'a user alone': `https://${secret}@hooks.example.com/x failed`,
    'two connection strings': `tried amqp://a:${secret}@one/ and amqp://b:${secret}@two/`,
    'no scheme': `cannot connect to app:${secret}@db:5432`,
    'a DSN of pairs': `host=db user=app password=${secret} dbname=orders`,
    'a DSN with quotes': `host=db password='${secret} and more' dbname=orders`,
    'a query': `GET /x?api_key=${secret}&y=1 failed`,
    JSON: `{"user":"app","password":"${secret}","host":"db"}`,
    'an environment variable': `DATABASE_PASSWORD=${secret} is wrong`,
    'a bearer token': `401 for Authorization: Bearer ${secret}`,
    'basic credentials': `sent Basic ${btoa(`app:${secret}`)}`,
    'a client secret': `client_secret: ${secret}`,
    'several lines': `first\nredis://:${secret}@cache\nthird`,
    'a cut connection string': `${'x '.repeat(990)}postgres://app:${secret}${'y'.repeat(500)}@db`,
    'a cut pair': `${'x '.repeat(980)}password=${secret}${'y'.repeat(500)}`,
  }
  for (const [name, message] of Object.entries(messages)) {
    test(`${name}: never shown, logged, traced or reported (health/28)`, async () => {
      expect(message).toContain(name === 'basic credentials' ? 'Basic' : secret)
      for (const error of [
        new Error(message),
        message,
        new Error('failed', { cause: new Error(message) }),
        { message },
      ]) {
        const said = await everythingSaid(error)
        expect(said).not.toContain(secret)
        expect(said).not.toContain(btoa(`app:${secret}`))
        expect(said).toMatch(/redacted|…/)
      }
    })
  }

  test('the output of a measurement is redacted as well (health/28)', async () => {
    const part = health({
      logger: false,
      checks: { db: () => ({ status: 'warn', output: `slow: postgres://app:${secret}@db/orders` }) },
    })
    expect((await part.check()).checks['db']?.output).toBe('slow: postgres://[redacted]@db/orders')
  })

  test('what is cut for its length is not cut within a secret (health/28)', () => {
    for (const start of [
      `redis://a:${'z'.repeat(1_900)}@cache postgres://app:`,
      `redis://a:${'z'.repeat(1_900)}@cache\npostgres://app:my `,
      `redis://a:${'z'.repeat(1_900)}@cache then Basic `,
      `redis://a:${'z'.repeat(1_900)}@cache then app:`,
    ]) {
      const text = redact(`${start}${secret}${'y'.repeat(500)}@db`)
      expect(text).toContain('[redacted]@cache')
      expect(text).not.toContain(secret.slice(0, 6))
    }
  })

  test('a token alone is known by its form (health/28)', async () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${btoa('{"sub":"1"}').replace(/=/g, '')}.c2lnbmF0dXJl`
    expect(await everythingSaid(new Error(`rejected ${token}`))).not.toContain(token.slice(0, 20))
  })

  test('what is no secret stays (health/28)', async () => {
    for (const message of [
      'connect ECONNREFUSED 127.0.0.1:5432',
      'password authentication failed for user "app"',
      'getaddrinfo ENOTFOUND db.internal',
      'the certificate of https://db.internal:8443/x has expired',
      'NOAUTH Authentication required.',
      'relation "orders" does not exist',
    ]) {
      expect(JSON.parse(await everythingSaid(new Error(message)))[0][0]).toBe(`health check db fails: ${message}`)
    }
  })
})
