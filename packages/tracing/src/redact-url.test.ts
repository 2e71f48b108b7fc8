import { registerSecretParameter } from '@seaworthy/middleware'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { tracedFetch, tracing } from './index.ts'
import { startSdk, type Sdk } from './start-sdk.test-kit.ts'

let sdk: Sdk
beforeAll(() => {
  sdk = startSdk()
})
beforeEach(() => sdk.clear())
afterAll(() => sdk.stop())

const convention = [
  'AWSAccessKeyId',
  'Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
  'sig',
]
const credentials = [
  'access_token',
  'api_key',
  'client_secret',
  'code',
  'id_token',
  'password',
  'refresh_token',
  'state',
  'token',
]

async function queryOf(query: string): Promise<unknown> {
  sdk.clear()
  const app = new Hono().use(tracing()).get('/', (c) => c.json({}))
  await (await app.request(`/?${query}`)).arrayBuffer()
  return sdk.only().attributes['url.query']
}

test('each secret parameter keeps its name and loses its value (tracing/47)', async () => {
  for (const name of [...convention, ...credentials]) {
    expect(await queryOf(`a=1&${name}=canary&b=2`)).toBe(`a=1&${name}=REDACTED&b=2`)
  }
})

test('a parameter that another package registers is one (tracing/47)', async () => {
  expect(await queryOf('acme_key=1')).toBe('acme_key=1')
  registerSecretParameter('acme_key')
  expect(await queryOf('acme_key=canary')).toBe('acme_key=REDACTED')
})

test('names are case-sensitive, as in the convention (tracing/47)', async () => {
  expect(await queryOf('SIG=1&Sig=2&signature=3&x-amz-signature=4')).toBe('SIG=1&Sig=2&signature=3&x-amz-signature=4')
})

test('a name is recognised however it is encoded (tracing/47)', async () => {
  expect(await queryOf('s%69g=canary&%61ccess_token=canary')).toBe('s%69g=REDACTED&%61ccess_token=REDACTED')
})

test('nothing else is written anew: order, encodings, repeated and empty parts stay (tracing/48)', async () => {
  const query = 'b=%C3%A4+x&&a&=&a=1&a=2&c=%zz&sig&d[]=?/:@'
  expect(await queryOf(query)).toBe(query)
})

test('the URL of a call loses user and password, and secrets in its fragment too (tracing/49)', async () => {
  const fetch = tracedFetch(async () => new Response(null, { status: 204 }))
  await fetch('https://user:canary@files.example:8443/a%20b?x=1&sig=canary&y=%20#access_token=canary&z')
  await fetch('https://canary@files.example')
  expect(sdk.ended.map(({ attributes }) => attributes['url.full'])).toEqual([
    'https://REDACTED:REDACTED@files.example:8443/a%20b?x=1&sig=REDACTED&y=%20#access_token=REDACTED&z',
    'https://REDACTED:REDACTED@files.example/',
  ])
  expect(JSON.stringify(sdk.ended.map(({ attributes }) => attributes))).not.toContain('canary')
})
